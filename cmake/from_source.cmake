# Builds a part from its pinned source into a cache outside the tree, once.
#
#   sources/FILE               as the registry gave it, used only with the right SHA-256
#   parts/NAME-VERSION-KEY/    lib/ and include/; KEY stands for all that shapes the bytes
#   log/NAME.log               what the build said
#
# A file that already lies in sources/ is not fetched: that is how the image is built without a
# registry's client inside.

if(DEFINED ENV{BYLINE_CACHE})
  set(BYLINE_CACHE "$ENV{BYLINE_CACHE}")
elseif(DEFINED ENV{XDG_CACHE_HOME})
  set(BYLINE_CACHE "$ENV{XDG_CACHE_HOME}/byline")
else()
  set(BYLINE_CACHE "$ENV{HOME}/.cache/byline")
endif()

set(BYLINE_PARTS_FLAGS "" CACHE STRING "Compiler flags for the parts too, such as -fsanitize=thread")

# Runs a command in a folder, its output in the log. Sets ret_ok.
function(part_run log folder ret_ok)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${folder} RESULT_VARIABLE status
    OUTPUT_VARIABLE said ERROR_VARIABLE said)
  list(JOIN ARGN " " command)
  file(APPEND ${log} "$ ${command}\n${said}\n")
  set(${ret_ok} OFF PARENT_SCOPE)
  if(status EQUAL 0)
    set(${ret_ok} ON PARENT_SCOPE)
  endif()
endfunction()

function(part_show_end log)
  execute_process(COMMAND tail -n 15 ${log} OUTPUT_VARIABLE said)
  message(NOTICE "${said}")
endfunction()

# Brings FILE into sources/ by FETCH (run in an empty folder, must leave FILE there) and checks it.
function(part_fetch name file sha256 log ret_ok)
  set(${ret_ok} OFF PARENT_SCOPE)
  set(source ${BYLINE_CACHE}/sources/${file})
  if(NOT EXISTS ${source})
    message(NOTICE "${name}: fetching ${file}")
    set(folder ${BYLINE_CACHE}/making/${name}-fetch)
    file(REMOVE_RECURSE ${folder})
    file(MAKE_DIRECTORY ${folder} ${BYLINE_CACHE}/sources)
    part_run(${log} ${folder} ok ${ARGN})
    if(NOT EXISTS ${folder}/${file})
      part_show_end(${log})
      message(WARNING "${name}: ${file} cannot be had; above is the end of ${log}")
      return()
    endif()
    file(RENAME ${folder}/${file} ${source})
    file(REMOVE_RECURSE ${folder})
  endif()
  file(SHA256 ${source} found)
  if(NOT found STREQUAL sha256)
    file(REMOVE ${source})
    message(WARNING "${name}: ${file} has SHA-256 ${found}, not ${sha256}: thrown away")
    return()
  endif()
  set(${ret_ok} ON PARENT_SCOPE)
endfunction()

# part_from_source(NAME VERSION V FILE F SHA256 H FOLDER D BUILD function FETCH command...)
#
# FOLDER is where in FILE the part's own source lies. BUILD is called as
# function(log source prefix ret_ok) and installs into prefix. Sets NAME_PREFIX to the
# folder that holds lib/ and include/, or to "" where the source cannot be had or built.
function(part_from_source name)
  cmake_parse_arguments(PART "" "VERSION;FILE;SHA256;FOLDER;BUILD" "FETCH" ${ARGN})
  set(${name}_PREFIX "" PARENT_SCOPE)
  execute_process(COMMAND cc --version OUTPUT_VARIABLE compiler ERROR_QUIET)
  file(READ ${CMAKE_CURRENT_LIST_FILE} recipe)  # the caller
  string(SHA256 key "${PART_SHA256} ${compiler} ${BYLINE_PARTS_FLAGS} ${recipe}")
  string(SUBSTRING ${key} 0 12 key)
  set(prefix ${BYLINE_CACHE}/parts/${name}-${PART_VERSION}-${key})
  if(NOT EXISTS ${prefix})
    set(log ${BYLINE_CACHE}/log/${name}.log)
    file(MAKE_DIRECTORY ${BYLINE_CACHE}/log)
    file(LOCK ${BYLINE_CACHE}/${name}.lock GUARD FUNCTION TIMEOUT 900)
  endif()
  if(NOT EXISTS ${prefix})  # still: another build may have held the lock and made it
    file(WRITE ${log} "")
    part_fetch(${name} ${PART_FILE} ${PART_SHA256} ${log} ok ${PART_FETCH})
    if(NOT ok)
      return()
    endif()
    message(NOTICE "${name}: building ${PART_VERSION} (once; ${log})")
    set(work ${BYLINE_CACHE}/making/${name})
    file(REMOVE_RECURSE ${work} ${prefix}.new)
    file(ARCHIVE_EXTRACT INPUT ${BYLINE_CACHE}/sources/${PART_FILE} DESTINATION ${work}
      PATTERNS "${PART_FOLDER}/*")
    cmake_language(CALL ${PART_BUILD} ${log} ${work}/${PART_FOLDER} ${prefix}.new ok)
    if(NOT ok)
      part_show_end(${log})
      message(WARNING "${name}: does not build; above is the end of ${log}")
      return()
    endif()
    file(REMOVE_RECURSE ${work})
    file(RENAME ${prefix}.new ${prefix})
  endif()
  set(${name}_PREFIX ${prefix} PARENT_SCOPE)
endfunction()
