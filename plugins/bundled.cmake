# bb_bundled_plugins: the direct modules as bytes of the program, read through
# src/wasm/bundled_modules.h. The assembler takes the files in; a table gives them their names.
enable_language(ASM)

set(bytes "")
set(externs "")
set(rows "")
set(modules)
foreach(plugin ${plugins})
  string(REPLACE - _ symbol bb_module_${plugin})
  set(module ${BARBACANE_PLUGIN_MODULES}/direct/${plugin}.wasm)
  list(APPEND modules ${module} plugin_${plugin}_direct)
  string(APPEND bytes ".globl ${symbol}_begin\n.globl ${symbol}_end\n"
                      "${symbol}_begin:\n.incbin \"${module}\"\n${symbol}_end:\n")
  string(APPEND externs "extern const char ${symbol}_begin[], ${symbol}_end[];\n")
  string(APPEND rows "    {\"${plugin}\", ${symbol}_begin, ${symbol}_end},\n")
endforeach()
set(folder ${CMAKE_CURRENT_BINARY_DIR}/bundled)
file(CONFIGURE OUTPUT ${folder}/modules.S @ONLY CONTENT
     ".section .rodata\n@bytes@.section .note.GNU-stack,\"\",%progbits\n")
configure_file(bundled_modules.cc.in ${folder}/bundled_modules.cc @ONLY)
set_source_files_properties(${folder}/modules.S PROPERTIES OBJECT_DEPENDS "${modules}")

add_library(bb_bundled_plugins STATIC ${folder}/modules.S ${folder}/bundled_modules.cc)
target_include_directories(bb_bundled_plugins PUBLIC ${CMAKE_SOURCE_DIR}/src)
