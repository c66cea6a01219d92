# One call declares a folder of src/: its library, its tests, its benchmarks, and its row in the
# table that tests/architecture checks includes against.
#
#   bb_module(router DEPS base LIBS Boost::headers)
#
# DEPS  folders of src/ it may include (and links)
# LIBS  outside libraries it links
# Sources are found by name: *_test.cc are tests, *_bench.cc benchmarks, *_fuzz.cc fuzz targets,
# main files listed in PROGRAMS become programs; everything else is the library.
function(bb_module name)
  cmake_parse_arguments(arg "" "" "DEPS;LIBS;TEST_LIBS;PROGRAMS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cc)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")
  set(benches ${sources})
  list(FILTER benches INCLUDE REGEX "_bench\\.cc$")
  set(fuzzers ${sources})
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cc$")
  list(FILTER sources EXCLUDE REGEX "_(test|bench|fuzz|main)\\.cc$")

  add_library(bb_${name} STATIC ${sources})
  target_include_directories(bb_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/generated)
  list(TRANSFORM arg_DEPS PREPEND bb_ OUTPUT_VARIABLE deps)
  target_link_libraries(bb_${name} PUBLIC ${deps} ${arg_LIBS})
  list(JOIN arg_DEPS " " row)
  set_property(GLOBAL APPEND PROPERTY BB_MODULES "${name}: ${row}")

  foreach(program ${arg_PROGRAMS})
    add_executable(${program} ${program}_main.cc)
    target_link_libraries(${program} PRIVATE bb_${name})
    set_property(GLOBAL APPEND PROPERTY BB_PROGRAMS ${program})
  endforeach()

  if(BARBACANE_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE bb_${name} ${arg_TEST_LIBS} GTest::gmock GTest::gtest_main)
    gtest_discover_tests(${name}_test TEST_PREFIX ${name}. DISCOVERY_MODE PRE_TEST
                         PROPERTIES TIMEOUT 120)
  endif()
  if(BARBACANE_BENCH AND benches)
    add_executable(${name}_bench ${benches})
    target_link_libraries(${name}_bench PRIVATE bb_${name} benchmark::benchmark_main)
    set_property(GLOBAL APPEND PROPERTY BB_BENCHES ${name}_bench)
  endif()
  if(BARBACANE_FUZZ)
    foreach(fuzzer ${fuzzers})
      bb_fuzz_target(${fuzzer} bb_${name})
    endforeach()
  endif()
endfunction()

# A libFuzzer program named after its file; its seeds lie in fuzz/corpus/NAME.
function(bb_fuzz_target file library)
  get_filename_component(target ${file} NAME_WE)
  add_executable(${target} ${file})
  target_link_libraries(${target} PRIVATE ${library} -fsanitize=fuzzer)
  set_property(GLOBAL APPEND PROPERTY BB_FUZZERS ${target})
endfunction()

function(bb_write_module_table file)
  get_property(modules GLOBAL PROPERTY BB_MODULES)
  list(JOIN modules "\n" text)
  file(WRITE ${file} "${text}\n")
endfunction()

# Targets that build all of a kind: programs, benches, fuzzers.
function(bb_group_targets)
  foreach(kind PROGRAMS BENCHES FUZZERS)
    get_property(members GLOBAL PROPERTY BB_${kind})
    string(TOLOWER ${kind} group)
    add_custom_target(${group} DEPENDS ${members})
  endforeach()
endfunction()
