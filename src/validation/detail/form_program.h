#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schema/program.h"
#include "schema/program_builder.h"
#include "validation/part_headers.h"

/// A program of one form, for tests, benchmarks and fuzz targets.
namespace barbacane::validation::detail {

struct FormProgram {
  schema::Program program;
  schema::SchemaId id;
  std::vector<PartHeader> headers;
};

/// `encoding` for the sake of the headers it declares.
inline FormProgram compile_form(std::string_view json, std::string_view encoding = {}) {
  schema::ProgramBuilder builder;
  builder.add("form.json", json);
  const schema::SchemaId id = builder.want("form.json#");
  std::vector<PartHeader> headers = read_part_headers(encoding);
  if (!headers.empty()) builder.add("encoding.json", encoding);
  for (PartHeader& header : headers) {
    if (header.schema_place.empty()) continue;
    header.schema = builder.want("encoding.json#" + header.schema_place);
  }
  auto program = builder.build();
  if (!program) {
    std::fprintf(stderr, "the schema of a test does not compile: %s\n",
                 program.error().front().message.c_str());
    std::abort();
  }
  return {std::move(*program), id, std::move(headers)};
}

}  // namespace barbacane::validation::detail
