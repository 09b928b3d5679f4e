/* fetch_body: what an exchange and the body of its answer have to do with each other. */
#ifndef BYLINE_IO_FETCH_BODY_H
#define BYLINE_IO_FETCH_BODY_H

#include "io/fetch_parts.h"

/* --- fetch_body.c --- */

/* Callbacks of libcurl. body_watch is called at every turn of a transfer. */
size_t body_read(char *data, size_t size, size_t count, void *context);
int body_count_raw(CURL *easy, curl_infotype type, char *data, size_t size, void *context);
int body_watch(void *context, curl_off_t total, curl_off_t received, curl_off_t upload_total,
               curl_off_t uploaded);

/* Gives back what a large one needed, and what decodes it. */
void body_end(struct exchange *exchange);

/* --- fetch_exchange.c --- */

/* The status as it stands, 0: none yet. */
long exchange_status_now(const struct exchange *exchange);

/* Bytes have come: it is not silent, and counts as fast as that. */
void exchange_note_progress(struct exchange *exchange, size_t bytes);

/* To be ended by the callback that it is called in. False. */
static inline bool exchange_abort(struct exchange *exchange, enum exchange_stop why)
{
    exchange->stop = why;
    return false;
}

#endif
