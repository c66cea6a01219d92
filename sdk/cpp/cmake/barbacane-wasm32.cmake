# Toolchain file for projects that consist of plugins only:
#
#   cmake -S . -B build -DCMAKE_TOOLCHAIN_FILE=sdk/cpp/cmake/barbacane-wasm32.cmake
#
# add_subdirectory(sdk/cpp) then gives the library `barbacane_plugin`, to link an executable to.
# BarbacanePlugin.cmake does without this file.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR wasm32)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_EXECUTABLE_SUFFIX_CXX .wasm)

find_program(CMAKE_CXX_COMPILER NAMES clang++-19 clang++ REQUIRED)
find_program(CMAKE_AR NAMES llvm-ar-19 llvm-ar REQUIRED)
find_program(CMAKE_RANLIB NAMES llvm-ranlib-19 llvm-ranlib REQUIRED)

include("${CMAKE_CURRENT_LIST_DIR}/wasm_flags.cmake")
list(JOIN BARBACANE_WASM_FLAGS " " CMAKE_CXX_FLAGS_INIT)
list(JOIN BARBACANE_WASM_LINK_FLAGS " " CMAKE_EXE_LINKER_FLAGS_INIT)
