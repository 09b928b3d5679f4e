/* doi: the digital object identifier in a value of metadata.
 *
 *   https://doi.org/10.1000/182   doi:10.1000/182   10.1000/182   ->   10.1000/182
 *
 * ISO 26324: "10.", a registrant's number, a slash, and a suffix of any printable characters. Pure.
 */
#ifndef BYLINE_CORE_EXTRACT_DOI_H
#define BYLINE_CORE_EXTRACT_DOI_H

#include "core/arena.h"
#include "core/span.h"

/* The identifier, borrowed from text, which is clean, or in the arena: without the escapes of its
 * URL and the full stop of its sentence. Absent where text names none. */
struct span doi_find(struct span text, struct arena *arena);

#endif
