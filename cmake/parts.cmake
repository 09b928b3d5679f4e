# The libraries of other people, as imported targets that the rooms link.
#
# Most come from the system. librdkafka and lexbor are too old or missing on Debian 12: they are
# taken from the system when new enough, else built from source (from_source.cmake).
find_package(PkgConfig REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(AVRO REQUIRED IMPORTED_TARGET avro-c)
pkg_check_modules(CARES REQUIRED IMPORTED_TARGET libcares)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(UV REQUIRED IMPORTED_TARGET libuv)
pkg_check_modules(MICROHTTPD REQUIRED IMPORTED_TARGET libmicrohttpd)
pkg_check_modules(FYAML REQUIRED IMPORTED_TARGET libfyaml)
pkg_check_modules(HIREDIS REQUIRED IMPORTED_TARGET hiredis)
find_package(mimalloc 2.0 REQUIRED)

# Link into a program for mimalloc in place of libc's malloc, in libraries too. Sanitizers bring their own.
add_library(allocator INTERFACE)
if(NOT CMAKE_C_FLAGS MATCHES "-fsanitize")
  target_link_libraries(allocator INTERFACE mimalloc)
endif()

include(${CMAKE_CURRENT_LIST_DIR}/from_source.cmake)
include(ProcessorCount)
ProcessorCount(cores)

# Links target `part` to the system's package, whatever its version, and says so.
function(part_from_system part package wanted)
  pkg_check_modules(${part}_ANY IMPORTED_TARGET GLOBAL ${package})
  if(NOT ${part}_ANY_FOUND)
    message(FATAL_ERROR "${package}: neither the system's nor a source of ${wanted} is to be had. "
      "`./dev build` installs what is needed to build it; the system's own would do in its place.")
  endif()
  message(WARNING "${package} ${${part}_ANY_VERSION} of the system: byline is made for ${wanted}")
  target_link_libraries(${part} INTERFACE PkgConfig::${part}_ANY)
endfunction()

include(${CMAKE_CURRENT_LIST_DIR}/rdkafka.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/lexbor.cmake)
