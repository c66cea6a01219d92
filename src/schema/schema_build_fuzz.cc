#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "schema/json.h"
#include "schema/program.h"
#include "schema/program_builder.h"

/// Input: a schema up to the first line feed, then a value. Any text may come for either. Checked
/// besides not crashing: a reason is given exactly for what is not valid, errors name a place in
/// the document, and the shape tells no lies about types.
namespace {

using namespace barbacane::schema;

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "schema_build_fuzz: %s\n", what);
  std::abort();
}

bool allows(const Shape& shape, Value value) {
  switch (value.kind()) {
    case Kind::kNull:
      return shape.types.has(TypeSet::kNull);
    case Kind::kFalse:
    case Kind::kTrue:
      return shape.types.has(TypeSet::kBoolean);
    case Kind::kNumber:
      return (shape.types.bits & TypeSet::kNumber) != 0;
    case Kind::kString:
      return shape.types.has(TypeSet::kString);
    case Kind::kArray:
      return shape.types.has(TypeSet::kArray);
    case Kind::kObject:
      return shape.types.has(TypeSet::kObject);
  }
  return false;
}

void try_schema(std::string_view schema, Value value, Dialect dialect) {
  ProgramBuilder builder({.direction = BuildOptions::Direction::kRequest});
  builder.add("fuzz.json", schema, dialect);
  const SchemaId id = builder.want("fuzz.json");
  const auto program = builder.build();
  if (!program) {
    require(!program.error().empty(), "refused without a reason");
    for (const SchemaError& error : program.error()) {
      require(!error.message.empty(), "an error says nothing");
      require(error.place.find('#') != std::string::npos || error.place == "fuzz.json",
              "an error has no place");
    }
    return;
  }
  Scratch scratch;
  const Verdict verdict = program->run(id, value, scratch);
  require(program->run(id, value, scratch) == verdict, "two runs differ");
  const auto failures = program->explain(id, value, scratch);
  if (verdict == Verdict::kValid) require(failures.empty(), "a valid value has failures");
  if (verdict != Verdict::kValid) require(!failures.empty(), "no reason is given");
  const Shape shape = program->shape(id);
  if (verdict == Verdict::kValid) require(allows(shape, value), "the shape misses a type");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const std::string_view schema = text.substr(0, line);
  Tape tape;
  const auto read = tape.read(line == text.size() ? "null" : text.substr(line + 1));
  Tape null;
  const Value value = read ? *read : *null.read("null");
  for (const Dialect dialect : {Dialect::kDraft202012, Dialect::kOpenApi30, Dialect::kDraft07}) {
    try_schema(schema, value, dialect);
  }
  return 0;
}
