# Run as a script: writes FILE's bytes into the C source OUTPUT as
#   const char NAME[] and const size_t NAME_bytes
# A byte of 0 follows that the size does not count.
file(READ "${FILE}" hex HEX)
string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${hex}")
string(REGEX REPLACE "('.x..','.x..','.x..','.x..','.x..','.x..','.x..','.x..','.x..','.x..','.x..','.x..',)" "\\1\n"
       bytes "${bytes}")
file(SIZE "${FILE}" size)
file(WRITE "${OUTPUT}" "/* Generated from ${LABEL}. */
#include <stddef.h>

#include \"${HEADER}\"

const char ${NAME}[] = {
${bytes}0};
const size_t ${NAME}_bytes = ${size};
")
