/* interrupt: SIGINT and SIGTERM of a command that ends in order. */
#ifndef BYLINE_CLI_INTERRUPT_H
#define BYLINE_CLI_INTERRUPT_H

#include <stdbool.h>

/* The second signal ends the process, as if nobody had caught the first. */
void interrupt_catch(void);

/* Whether a signal came. */
bool interrupt_came(void);

#endif
