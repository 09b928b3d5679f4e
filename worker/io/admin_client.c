#include "io/admin_client.h"

#include <curl/curl.h>
#include <stdio.h>

enum { TIMEOUT_MS = 5000, MAX_URL_BYTES = 2048 };

static size_t on_bytes(char *bytes, size_t size, size_t count, void *context)
{
    return buf_append(context, bytes, size * count) ? size * count : 0;
}

bool admin_get(const char *base, const char *path, struct buf *answer, int *ret_status,
               struct error *ret_error)
{
    char url[MAX_URL_BYTES], reason[CURL_ERROR_SIZE] = "";
    long status = 0;
    size_t base_len = span_from(base).len;
    while (base_len > 0 && base[base_len - 1] == '/')
        base_len--;
    if (snprintf(url, sizeof url, "%.*s%s", (int)base_len, base, path) >= (int)sizeof url)
        return error_set(ret_error, ERROR_USAGE, "the admin URL is too long");
    CURL *curl = curl_easy_init();
    if (!curl)
        return error_set(ret_error, ERROR_FATAL, "out of memory");
    (void)curl_easy_setopt(curl, CURLOPT_URL, url);
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
    (void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    CURLcode code = curl_easy_perform(curl);
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(curl);
    if (code != CURLE_OK)
        return error_set(ret_error, ERROR_RETRY, "%s: %s", url,
                         reason[0] ? reason : curl_easy_strerror(code));
    *ret_status = (int)status;
    return true;
}
