# The libraries of other people, as imported targets that the rooms link.
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

set(BYLINE_PARTS "$ENV{HOME}/.cache/byline/parts" CACHE PATH "Where parts built from source lie")

add_library(lexbor STATIC IMPORTED)
set_target_properties(lexbor PROPERTIES
  IMPORTED_LOCATION ${BYLINE_PARTS}/lexbor-3.1.0/lib/liblexbor_static.a
  INTERFACE_INCLUDE_DIRECTORIES ${BYLINE_PARTS}/lexbor-3.1.0/include
  INTERFACE_COMPILE_DEFINITIONS LEXBOR_STATIC)

add_library(rdkafka STATIC IMPORTED)
set_target_properties(rdkafka PROPERTIES
  IMPORTED_LOCATION ${BYLINE_PARTS}/librdkafka-2.15.1/lib/librdkafka.a
  INTERFACE_INCLUDE_DIRECTORIES ${BYLINE_PARTS}/librdkafka-2.15.1/include
  INTERFACE_LINK_LIBRARIES "OpenSSL::SSL;OpenSSL::Crypto;Threads::Threads;z;zstd;lz4;sasl2;dl;m")
