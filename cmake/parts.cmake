# The libraries of other people, as imported targets that the rooms link.
#
# Most come from the system. librdkafka and lexbor are too old or missing on Debian 12: they are
# taken from the system when new enough, else built from source (from_source.cmake).
find_package(PkgConfig REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(AVRO REQUIRED IMPORTED_TARGET avro-c)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(UV REQUIRED IMPORTED_TARGET libuv)
pkg_check_modules(MICROHTTPD REQUIRED IMPORTED_TARGET libmicrohttpd)
pkg_check_modules(FYAML REQUIRED IMPORTED_TARGET libfyaml)
pkg_check_modules(HIREDIS REQUIRED IMPORTED_TARGET hiredis)

include(${CMAKE_CURRENT_LIST_DIR}/from_source.cmake)
include(ProcessorCount)
ProcessorCount(cores)

# Where a part comes from: auto | source | system.
set(BYLINE_LIBRDKAFKA auto CACHE STRING "auto, source or system")
set(BYLINE_LEXBOR auto CACHE STRING "auto, source or system")

# Links target `part` to the system's package, whatever its version, and says so.
function(part_from_system part package wanted)
  pkg_check_modules(${part}_ANY IMPORTED_TARGET GLOBAL ${package})
  if(NOT ${part}_ANY_FOUND)
    message(FATAL_ERROR "${package}: neither the system's nor a source of ${wanted} is to be had. "
      "`./dev build` installs what is needed to build it.")
  endif()
  message(WARNING "${package} ${${part}_ANY_VERSION} of the system: byline is made for ${wanted}")
  target_link_libraries(${part} INTERFACE PkgConfig::${part}_ANY)
endfunction()

# --- librdkafka: its configure goes on without what it does not find, so that is checked after it
function(build_rdkafka log source prefix ret_ok)
  set(${ret_ok} OFF PARENT_SCOPE)
  execute_process(COMMAND chmod +x configure lds-gen.py WORKING_DIRECTORY ${source})
  set(configure ${CMAKE_COMMAND} -E env "CFLAGS=${BYLINE_PARTS_FLAGS}" ./configure
    --prefix=${prefix} --disable-debug-symbols --disable-curl --disable-syslog
    --enable-ssl --enable-zstd --enable-gssapi --enable-lz4-ext)
  part_run(${log} ${source} ok ${configure})
  foreach(feature SSL ZLIB ZSTD LZ4_EXT SASL_CYRUS)
    if(ok)
      part_run(${log} ${source} ok grep "#define WITH_${feature} 1" config.h)
    endif()
  endforeach()
  if(ok)
    part_run(${log} ${source} ok make -j${cores} -C src librdkafka.a)
  endif()
  if(ok)
    file(COPY ${source}/src/librdkafka.a DESTINATION ${prefix}/lib)
    file(COPY ${source}/src/rdkafka.h ${source}/src/rdkafka_mock.h
      DESTINATION ${prefix}/include/librdkafka)
    set(${ret_ok} ON PARENT_SCOPE)
  endif()
endfunction()

add_library(rdkafka INTERFACE)
if(BYLINE_LIBRDKAFKA STREQUAL "auto")
  pkg_check_modules(RDKAFKA_NEW QUIET IMPORTED_TARGET rdkafka>=2.12)
endif()
if(RDKAFKA_NEW_FOUND)
  target_link_libraries(rdkafka INTERFACE PkgConfig::RDKAFKA_NEW)
elseif(NOT BYLINE_LIBRDKAFKA STREQUAL "system")
  part_from_source(rdkafka VERSION 2.15.1 BUILD build_rdkafka
    FILE confluentinc-kafka-javascript-1.10.1.tgz
    SHA256 ada7d703bb1d3237e2292bfabf438d663b6160c9f1ac2a2406b5dc4257c81b66
    FOLDER package/deps/librdkafka
    FETCH npm pack --silent @confluentinc/kafka-javascript@1.10.1)
endif()
if(rdkafka_PREFIX)
  target_include_directories(rdkafka SYSTEM INTERFACE ${rdkafka_PREFIX}/include)
  target_link_libraries(rdkafka INTERFACE ${rdkafka_PREFIX}/lib/librdkafka.a
    OpenSSL::SSL OpenSSL::Crypto Threads::Threads z zstd lz4 sasl2 dl m)
elseif(NOT RDKAFKA_NEW_FOUND)
  part_from_system(rdkafka rdkafka "librdkafka 2.12 or newer (2.0 loops and crashes on rebalance)")
endif()

# --- lexbor: only the modules for HTML, encodings, Unicode and URLs
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
