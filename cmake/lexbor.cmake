# Target lexbor: the system's when it is 3.1 or newer, else 3.1.0 from source.
set(BYLINE_LEXBOR auto CACHE STRING "auto, source or system")

# Only the modules for HTML, encodings, Unicode and URLs.
function(build_lexbor log source prefix ret_ok)
  file(GLOB modules ${source}/source/lexbor/*)
  list(FILTER modules EXCLUDE REGEX "/(core|dom|encoding|html|ns|ports|punycode|tag|unicode|url)$")
  file(REMOVE_RECURSE ${modules})
  part_run(${log} ${source} ok ${CMAKE_COMMAND} -S . -B build -G Ninja
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DLEXBOR_BUILD_SHARED=OFF
    -DCMAKE_C_FLAGS=${BYLINE_PARTS_FLAGS} -DCMAKE_C_COMPILER=cc
    -DCMAKE_INSTALL_PREFIX=${prefix} -DCMAKE_INSTALL_LIBDIR=lib)
  if(ok)
    part_run(${log} ${source} ok ${CMAKE_COMMAND} --build build -j${cores} --target install)
  endif()
  set(${ret_ok} ${ok} PARENT_SCOPE)
endfunction()

add_library(lexbor INTERFACE)
if(BYLINE_LEXBOR STREQUAL "auto")
  pkg_check_modules(LEXBOR_NEW QUIET IMPORTED_TARGET lexbor>=3.1)
endif()
if(LEXBOR_NEW_FOUND)
  target_link_libraries(lexbor INTERFACE PkgConfig::LEXBOR_NEW)
elseif(NOT BYLINE_LEXBOR STREQUAL "system")
  # --no-binary for this one package: for all of them, pip would build Cython first.
  part_from_source(lexbor VERSION 3.1.0 BUILD build_lexbor
    FILE selectolax-1.0.2.tar.gz
    SHA256 f0508ad927aa426425d4aa7a2bb2f8b21c01412534465bd227e241d4d0a6a418
    FOLDER selectolax-1.0.2/lexbor
    FETCH python3 -m pip download --quiet --no-deps --no-binary selectolax selectolax==1.0.2)
endif()
if(lexbor_PREFIX)
  target_include_directories(lexbor SYSTEM INTERFACE ${lexbor_PREFIX}/include)
  target_compile_definitions(lexbor INTERFACE LEXBOR_STATIC)
  target_link_libraries(lexbor INTERFACE ${lexbor_PREFIX}/lib/liblexbor_static.a)
elseif(NOT LEXBOR_NEW_FOUND)
  part_from_system(lexbor lexbor "lexbor 3.1 or newer")
endif()
