/* No connection holds the loop for long: key exchange is by elliptic curves only, since one in a
 * finite field of 8192 bits takes a tenth of a second, and any host may ask for it. libcurl reads
 * HTTP/2 frames for as long as the socket has some, and calls nobody where they hold nothing for a
 * stream; but HTTP/2 is spoken over TLS only, and each TLS record passes here. */
#include <openssl/ssl.h>
#include <string.h>

#include "io/fetch_parts.h"

/* Those of many hosts flood at once: the next ones have less. */
static int64_t budget_ms(const struct fetch *fetch)
{
    bool flooded = fetch->flooded_ms > 0 && fetch_now_ms(fetch) - fetch->flooded_ms < 1000;
    return flooded ? FETCH_FLOODED_CPU_MS : FETCH_TURN_CPU_MS;
}

/* Ends the connection, as if its other side had, where the turn has taken too long. */
static void watch_record(int sent, int version, int type, const void *data, size_t len, SSL *tls,
                         void *context)
{
    (void)version;
    (void)data;
    (void)len;
    struct fetch *fetch = context;
    struct shard *shard = fetch->turning;
    if (sent || type != SSL3_RT_HEADER || !shard)
        return;
    int64_t now_ms = fetch_cpu_us() / 1000;
    if (fetch->turn_began_ms == 0)
        fetch->turn_began_ms = now_ms;
    if (now_ms - fetch->turn_began_ms < budget_ms(fetch))
        return;
    shard->flooded = true;
    fetch->flooded_ms = fetch_now_ms(fetch);
    SSL_set_shutdown(tls, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

/* The handshake begins. */
static CURLcode watch_connection(CURL *easy, void *tls, void *context)
{
    struct exchange *exchange = context;
    (void)easy;
    if (!SSL_CTX_set_cipher_list(tls, "DEFAULT:!kDHE:!kDHEPSK") ||
        !SSL_CTX_set1_groups_list(tls, "X25519:P-256:X448:P-384:P-521"))
        return CURLE_SSL_CIPHER;
    exchange_enter(exchange, PHASE_TLS);
    SSL_CTX_set_msg_callback(tls, watch_record);
    SSL_CTX_set_msg_callback_arg(tls, exchange->fetch);
    return CURLE_OK;
}

bool tls_watch(struct exchange *exchange)
{
    CURL *easy = exchange->easy;
    const char *library = curl_version_info(CURLVERSION_NOW)->ssl_version;
    return library && strncmp(library, "OpenSSL/", strlen("OpenSSL/")) == 0 &&
           curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, watch_connection) == CURLE_OK &&
           curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, exchange) == CURLE_OK;
}
