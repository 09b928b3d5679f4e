#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "io/probe.h"

bool probe_host(struct span url, struct error *ret_error)
{
    char reason[CURL_ERROR_SIZE] = "";
    char *text = strndup(url.data, url.len);
    CURL *curl = curl_easy_init();
    CURLcode code = CURLE_OUT_OF_MEMORY;
    if (text && curl) {
        (void)curl_easy_setopt(curl, CURLOPT_URL, text);
        (void)curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
        (void)curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* as the worker: none from outside */
        (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)PROBE_TIMEOUT_MS);
        (void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
        code = curl_easy_perform(curl);
    }
    if (code != CURLE_OK)
        (void)error_set(ret_error, ERROR_RETRY, "%s", *reason ? reason : curl_easy_strerror(code));
    curl_easy_cleanup(curl);
    free(text);
    return code == CURLE_OK;
}
