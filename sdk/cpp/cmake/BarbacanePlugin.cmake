# barbacane_add_plugin: builds a WebAssembly module of one plugin inside any CMake project.
#
#   include(.../sdk/cpp/cmake/BarbacanePlugin.cmake)
#   barbacane_add_plugin(tenant-header)
#
# builds tenant-header.cc, beside plugin.toml and config-schema.json, into
# ${CMAKE_CURRENT_BINARY_DIR}/tenant-header.wasm, both files embedded.
#
# SOURCES   other than NAME.cc
# ABI       direct (default) or json, for gateways that know only the JSON interface
# FOLDER    where these files lie, default the current one
# OUTPUT    path of the module
# TARGET    name of the target, default NAME; its property BARBACANE_MODULE is the module's path
#
# It calls clang++ for wasm32 itself, so the project's own compiler may be any, or none
# (project(... LANGUAGES NONE)). Debian packages: clang-19 lld-19 llvm-19 wasi-libc
# libc++-19-dev-wasm32 libc++abi-19-dev-wasm32 libclang-rt-19-dev-wasm32.
include_guard(GLOBAL)

get_filename_component(BARBACANE_SDK "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
include("${CMAKE_CURRENT_LIST_DIR}/wasm_flags.cmake")

find_program(BARBACANE_WASM_CXX NAMES clang++-19 clang++ REQUIRED)
find_program(BARBACANE_WASM_AR NAMES llvm-ar-19 llvm-ar REQUIRED)
find_program(BARBACANE_WASM_OBJCOPY NAMES llvm-objcopy-19 llvm-objcopy REQUIRED)
find_program(BARBACANE_CCACHE ccache)
set(BARBACANE_WASM_COMPILE ${BARBACANE_WASM_CXX} ${BARBACANE_WASM_FLAGS}
    -I${BARBACANE_SDK}/include -I${BARBACANE_SDK}/src)
if(BARBACANE_CCACHE)
  list(PREPEND BARBACANE_WASM_COMPILE ${BARBACANE_CCACHE})
endif()
# The functions are known in every folder of the project, so must be what they use.
foreach(variable BARBACANE_SDK BARBACANE_WASM_COMPILE BARBACANE_WASM_FLAGS BARBACANE_WASM_LINK_FLAGS)
  set(${variable} ${${variable}} CACHE INTERNAL "")
endforeach()

# One object; OUT receives its path.
function(barbacane_wasm_object source object abi)
  get_filename_component(folder ${object} DIRECTORY)
  file(MAKE_DIRECTORY ${folder})
  set(number 2)
  if(abi STREQUAL json)
    set(number 1)
  endif()
  file(RELATIVE_PATH label ${CMAKE_SOURCE_DIR} ${source})
  add_custom_command(
    OUTPUT ${object}
    COMMAND ${BARBACANE_WASM_COMPILE} -DBARBACANE_PLUGIN_ABI=${number} -MD -MF ${object}.d
            -c ${source} -o ${object}
    DEPENDS ${source}
    DEPFILE ${object}.d
    COMMENT "Building wasm (${abi}) ${label}"
    VERBATIM)
endfunction()

# The SDK as a library for that interface, once a project; OUT receives the archive's path.
function(barbacane_sdk_library abi out)
  set(folder ${CMAKE_BINARY_DIR}/barbacane_sdk/${abi})
  set(archive ${folder}/libbarbacane_plugin.a)
  set(${out} ${archive} PARENT_SCOPE)
  if(TARGET barbacane_sdk_${abi})
    return()
  endif()
  set(hosted direct)
  if(abi STREQUAL json)
    set(hosted json_abi)
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${BARBACANE_SDK}/src/*.cc ${BARBACANE_SDK}/src/hosted/*.cc
       ${BARBACANE_SDK}/src/wasm/*.cc ${BARBACANE_SDK}/src/${hosted}/*.cc)
  foreach(source ${sources})
    file(RELATIVE_PATH name ${BARBACANE_SDK}/src ${source})
    barbacane_wasm_object(${source} ${folder}/${name}.o ${abi})
    list(APPEND objects ${folder}/${name}.o)
  endforeach()
  add_custom_command(OUTPUT ${archive}
    COMMAND ${CMAKE_COMMAND} -E rm -f ${archive}
    COMMAND ${BARBACANE_WASM_AR} rcs ${archive} ${objects}
    DEPENDS ${objects} COMMENT "Building wasm (${abi}) library of the SDK" VERBATIM)
  add_custom_target(barbacane_sdk_${abi} DEPENDS ${archive})
endfunction()

function(barbacane_add_plugin name)
  cmake_parse_arguments(arg "" "ABI;OUTPUT;FOLDER;TARGET" "SOURCES" ${ARGN})
  if(NOT arg_FOLDER)
    set(arg_FOLDER ${CMAKE_CURRENT_SOURCE_DIR})
  endif()
  if(NOT arg_SOURCES)
    set(arg_SOURCES ${name}.cc)
  endif()
  if(NOT arg_ABI)
    set(arg_ABI direct)
  endif()
  if(NOT arg_OUTPUT)
    set(arg_OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${name}.wasm)
  endif()
  if(NOT arg_TARGET)
    set(arg_TARGET ${name})
  endif()
  set(target ${arg_TARGET})
  barbacane_sdk_library(${arg_ABI} archive)
  foreach(source ${arg_SOURCES})
    get_filename_component(source ${source} ABSOLUTE BASE_DIR ${arg_FOLDER})
    get_filename_component(stem ${source} NAME)
    set(object ${CMAKE_CURRENT_BINARY_DIR}/${target}.objects/${stem}.o)
    barbacane_wasm_object(${source} ${object} ${arg_ABI})
    list(APPEND objects ${object})
  endforeach()
  set(sections)
  set(files)
  foreach(pair barbacane_manifest=plugin.toml barbacane_config_schema=config-schema.json)
    string(REGEX REPLACE ".*=" "" file ${pair})
    if(EXISTS ${arg_FOLDER}/${file})
      string(REPLACE "=${file}" "=${arg_FOLDER}/${file}" section ${pair})
      list(APPEND sections --add-section=${section})
      list(APPEND files ${arg_FOLDER}/${file})
    endif()
  endforeach()
  get_filename_component(folder ${arg_OUTPUT} DIRECTORY)
  file(MAKE_DIRECTORY ${folder})
  set(bare ${CMAKE_CURRENT_BINARY_DIR}/${target}.objects/bare.wasm)
  add_custom_command(
    OUTPUT ${arg_OUTPUT}
    COMMAND ${BARBACANE_WASM_CXX} ${BARBACANE_WASM_FLAGS} ${BARBACANE_WASM_LINK_FLAGS}
            ${objects} ${archive} -o ${bare}
    COMMAND ${BARBACANE_WASM_OBJCOPY} ${sections} ${bare} ${arg_OUTPUT}
    DEPENDS ${objects} ${archive} barbacane_sdk_${arg_ABI} ${files}
    COMMENT "Linking plugin ${name} (${arg_ABI})"
    VERBATIM)
  add_custom_target(${target} ALL DEPENDS ${arg_OUTPUT})
  set_target_properties(${target} PROPERTIES BARBACANE_MODULE ${arg_OUTPUT})
endfunction()
