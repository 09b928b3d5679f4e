/* fetch_bounds: the fixed bounds of the fetch engine; what operators choose stands in the
 * configuration. */
#ifndef BYLINE_IO_FETCH_BOUNDS_H
#define BYLINE_IO_FETCH_BOUNDS_H

enum {
    FETCH_MAX_HOSTS = 16384, /* remembered, twice as many with what they taught; and busy ones */
    FETCH_SHARD_CONNECTIONS = 32,   /* libcurl scans its pool: small pools, many of them */
    FETCH_MAX_SHARDS = 128,         /* of one kind */
    FETCH_MANY_SHARDS = 64,         /* where there may be thousands of hosts: libcurl has
                                       97 lists of connections for each */
    FETCH_IDLE_SHARE = 4,           /* of memory, for idle connections that need little: */
    FETCH_IDLE_BYTES = 4096,        /* those of events to http */
    FETCH_MAX_HEADER_BYTES = 65536, /* all header lines of one exchange */
    FETCH_MAX_KEPT_BYTES = 8192,    /* one header that the engine reads */
    FETCH_SMALL_BYTES = 2047,  /* an answer that fits, headers and all, is read into so little; */
    FETCH_LARGE_BYTES = 16383, /* libcurl allocates a byte more */
    FETCH_FIRST_BODY_BYTES = 1024,    /* every exchange has, and keeps */
    FETCH_MAX_IGNORED_BYTES = 262144, /* body of an answer that is not wanted, read to keep the
                                         connection */
    FETCH_COUNT_RAW_AFTER = 12,       /* turns of a transfer, of a megabyte at most */
    FETCH_SLOW_WINDOW_MS = 10000,     /* less than FETCH_SLOW_BYTES in this time, once bytes have */
    FETCH_SLOW_BYTES = 1000,          /* begun to come, ends the exchange */
    FETCH_FLOODED_CPU_MS = 20,        /* the same within a second of another that took all of it */
    FETCH_TURN_CPU_MS = 100,          /* that one connection may take of the loop at once */
    FETCH_RULES_BYTES = 4 << 20,      /* robots.txt kept in memory, */
    FETCH_RULES_MIN_MS = 600 * 1000,  /* so long whatever their host says, */
    FETCH_RULES_MAX_MS = 86400 * 1000, /* and no longer (RFC 9309, section 2.4) */
    FETCH_RULES_REDIRECTS = 5,         /* at least followed (section 2.3.1.2) */
    FETCH_AWAY_MS = 1000,              /* without an answer, or for one, make a host a slow one */
    FETCH_ROOM_WAIT_MS = 100,
    FETCH_MAX_NAMES = 4096,         /* remembered or being looked up; their addresses hold */
    FETCH_NAME_MIN_MS = 1000,       /* so long whatever their TTL, and that there is none, */
    FETCH_NAME_MAX_MS = 300 * 1000, /* and no longer */
    FETCH_ASKED = 256,              /* requests remembered by their host, */
    FETCH_ASKED_BUCKETS = 1024,     /* of which there are so many kinds */
    FETCH_MIN_PARKED = 16,          /* may wait for a host that is down; or a quarter of
                                       http.in_flight */
};

#endif
