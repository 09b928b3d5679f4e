# Target rdkafka: the system's librdkafka when it is 2.12 or newer, else 2.15.1 from source.
set(BYLINE_LIBRDKAFKA auto CACHE STRING "auto, source or system")

# Its configure goes on without what it does not find, so that is checked after it.
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
