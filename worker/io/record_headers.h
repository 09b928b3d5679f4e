/* record_headers: a record's headers as librdkafka wants them; shared by the two ways out, sink and
 * transactions. librdkafka ends the process where it has no memory. */
#ifndef BYLINE_IO_RECORD_HEADERS_H
#define BYLINE_IO_RECORD_HEADERS_H

#include "core/sink_message.h"

/* The input's headers without the one that is left out, ours behind them; NULL where there are
 * none. The producer owns them once it has accepted the record. */
struct rd_kafka_headers_s *record_headers_new(const struct sink_message *message);

#endif
