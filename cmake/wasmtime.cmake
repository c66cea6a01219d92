# The WebAssembly engine, as ./dev has built it into the cache: target wasmtime::wasmtime.
#
# BARBACANE_WASMTIME names the folder that holds lib/ and include/; without it the script that
# builds it says where it is, and builds it when it is not there yet.
set(BARBACANE_WASMTIME "" CACHE PATH "Folder of the WebAssembly engine; empty: build it when missing")
set(wasmtime_folder ${BARBACANE_WASMTIME})
if(NOT wasmtime_folder)
  execute_process(
    COMMAND ${CMAKE_SOURCE_DIR}/third_party/build_wasmtime
    OUTPUT_VARIABLE wasmtime_folder OUTPUT_STRIP_TRAILING_WHITESPACE
    COMMAND_ERROR_IS_FATAL ANY)
endif()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  ${CMAKE_SOURCE_DIR}/third_party/wasmtime/Cargo.lock)

find_package(Threads REQUIRED)
add_library(wasmtime::wasmtime STATIC IMPORTED GLOBAL)
set_target_properties(wasmtime::wasmtime PROPERTIES
  IMPORTED_LOCATION ${wasmtime_folder}/lib/libwasmtime.a
  INTERFACE_INCLUDE_DIRECTORIES ${wasmtime_folder}/include
  INTERFACE_LINK_LIBRARIES "Threads::Threads;${CMAKE_DL_LIBS};m")
