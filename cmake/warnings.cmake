# One interface target that every target of ours links: warnings and nothing else.
option(BYLINE_WERROR "Warnings are errors" OFF)
add_library(byline_warnings INTERFACE)
target_compile_options(byline_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wvla -Wstrict-prototypes -Wmissing-prototypes
  $<$<BOOL:${BYLINE_WERROR}>:-Werror>)
