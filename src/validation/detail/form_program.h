#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include "schema/program.h"
#include "schema/program_builder.h"

/// A program of one schema, for tests, benchmarks and fuzz targets of forms.
namespace barbacane::validation::detail {

struct FormProgram {
  schema::Program program;
  schema::SchemaId id;
};

inline FormProgram compile_form(std::string_view json) {
  schema::ProgramBuilder builder;
  builder.add("form.json", json);
  const schema::SchemaId id = builder.want("form.json#");
  auto program = builder.build();
  if (!program) {
    std::fprintf(stderr, "the schema of a test does not compile: %s\n",
                 program.error().front().message.c_str());
    std::abort();
  }
  return {std::move(*program), id};
}

}  // namespace barbacane::validation::detail
