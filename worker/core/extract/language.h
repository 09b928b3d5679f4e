/* language: a page's word for its language as a BCP 47 tag.
 *
 *   language [-extlang]{0,3} [-Script] [-REGION] [-variant]* [-singleton-extension]* [-x-private]
 *
 * The grammar of RFC 5646, 2.1, with what 2.2.9 asks of a tag that is more than well-formed: no
 * variant and no singleton twice. The registry of subtags is not consulted, but that it has no
 * language of four letters or more, and none of three where there is one of two ("eng" is "en").
 * Case is that of 2.1.1. Pure. */
#ifndef BYLINE_CORE_EXTRACT_LANGUAGE_H
#define BYLINE_CORE_EXTRACT_LANGUAGE_H

#include "core/arena.h"
#include "core/span.h"

/* The tag in the arena: of a list the first ("en, de"), en_US and en_US.UTF-8 as en-US. Absent for
 * what is no tag, and for "und", which says that nobody knows. */
struct span language_tag(struct span text, struct arena *arena);

#endif
