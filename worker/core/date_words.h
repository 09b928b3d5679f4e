/* date_words: the words that stand in dates: months of many languages, zones, fillers.
 *
 * Pure tables. Words are compared in lower case. */
#ifndef BYLINE_CORE_DATE_WORDS_H
#define BYLINE_CORE_DATE_WORDS_H

#include "core/span.h"

/* 1 to 12, or 0. Full names and usual short forms; a word that means different months in
 * different languages belongs to none. */
int date_word_month(struct span word);

/* A time zone's name and its offset in minutes. Only names that mean one zone, or that RFC 5322
 * gives a meaning. */
bool date_word_zone(struct span word, int *ret_offset_min);

/* "de", "of", "th", "Uhr": may stand between the parts of a date. */
bool date_word_filler(struct span word);

#endif
