/* metrics_read: reads what metrics prints, Prometheus text, sample by sample.
 *
 *   byline_fetches_total{lookup="catalog",outcome="ok"} 12
 *   name                 labels                         value
 *
 * Lines of any other form are passed over. Pure; all spans point into the text. */
#ifndef BYLINE_CORE_METRICS_READ_H
#define BYLINE_CORE_METRICS_READ_H

#include <stdbool.h>

#include "core/span.h"

struct metrics_sample {
    struct span name, labels; /* labels without the braces */
    double value;
};

/* The next sample of what is left of the text. False at its end. */
bool metrics_read(struct span *text, struct metrics_sample *ret_sample);

/* A label's value as it is written, escapes and all; absent where there is none of that name. */
struct span metrics_label_of(const struct metrics_sample *sample, const char *name);

/* All values of a name; where label is not NULL only of samples that have it with that value. */
double metrics_sum(struct span text, const char *name, const char *label, struct span value);

#endif
