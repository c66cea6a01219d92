# Files of the tree as bytes of a program: bb_embed_files(TARGET NAME FOLDER FILES...) adds a source
# that defines `barbacane::app::NAME()` (app/embedded_files.h), with the paths below FOLDER.
# Run as a script it writes that source.
if(CMAKE_SCRIPT_MODE_FILE)
  file(STRINGS ${list} files)
  set(text "// Written by cmake/embed_files.cmake.\n#include \"app/embedded_files.h\"\n\n"
           "namespace barbacane::app {\n\nstd::span<const EmbeddedFile> ${name}() {\n")
  list(JOIN text "" text)
  list(LENGTH files count)
  if(count EQUAL 0)
    string(APPEND text "  return {};\n")
  else()
    string(APPEND text "  static constexpr EmbeddedFile files[] = {\n")
    foreach(file ${files})
      file(READ ${folder}/${file} content)
      string(APPEND text "      {\"${file}\", R\"=embedded=(${content})=embedded=\"},\n")
    endforeach()
    string(APPEND text "  };\n  return files;\n")
  endif()
  string(APPEND text "}\n\n}  // namespace barbacane::app\n")
  file(WRITE ${output} "${text}")
  return()
endif()

set(BB_EMBED_FILES ${CMAKE_CURRENT_LIST_FILE})

function(bb_embed_files target name folder)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${name}.cc)
  set(list ${CMAKE_CURRENT_BINARY_DIR}/${name}.txt)
  list(JOIN ARGN "\n" lines)
  file(CONFIGURE OUTPUT ${list} CONTENT "${lines}" @ONLY)
  list(TRANSFORM ARGN PREPEND ${folder}/ OUTPUT_VARIABLE sources)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -Dname=${name} -Dfolder=${folder} -Dlist=${list} -Doutput=${output}
            -P ${BB_EMBED_FILES}
    DEPENDS ${list} ${sources} ${BB_EMBED_FILES}
    COMMENT "Embedding ${folder}" VERBATIM)
  # Clang is pedantic about the length of literals, which the standard leaves open.
  set_source_files_properties(${output} PROPERTIES COMPILE_OPTIONS -Wno-overlength-strings)
  target_sources(${target} PRIVATE ${output})
endfunction()
