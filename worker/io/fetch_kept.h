/* fetch_kept: headers of an answer that the fetch engine reads. */
#ifndef BYLINE_IO_FETCH_KEPT_H
#define BYLINE_IO_FETCH_KEPT_H

enum kept_header {
    KEPT_CONTENT_TYPE,
    KEPT_CONTENT_ENCODING,
    KEPT_TRANSFER_ENCODING,
    KEPT_CONTENT_LENGTH,
    KEPT_LOCATION,
    KEPT_RETRY_AFTER,
    KEPT_CACHE_CONTROL,
    KEPT_EXPIRES,
    KEPT_DATE,
    KEPT_AGE,
    KEPT_ETAG,
    KEPT_LAST_MODIFIED,
    KEPT_VARY,
    KEPT_COUNT,
};

#endif
