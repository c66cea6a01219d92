#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "schema/program_builder.h"

/// The official JSON Schema suite, as tests/fixtures/fetch_schema_suite lays it out.
namespace barbacane::conformance {

/// Where the suite lies: the environment's BARBACANE_SCHEMA_SUITE, else what the build was told.
/// Empty when there is none.
std::filesystem::path suite_folder();

/// What is run of one draft and how.
struct Part {
  std::string_view name;    ///< of the tests: `Draft7`
  std::string_view folder;  ///< below `tests/`
  schema::Dialect dialect;
  schema::BuildOptions::Formats formats;
};

/// The files directly in a part's folder, without `.json`, sorted; empty without the suite.
std::vector<std::string> files_of(const Part& part);

struct Case {
  std::string description;
  std::string data;  ///< JSON text, numbers as written
  bool valid = false;
};

struct Group {
  std::string description;
  std::string schema;  ///< JSON text
  std::vector<Case> cases;
};

/// The groups of a file; throws when it is not one of the suite.
std::vector<Group> read_groups(const std::filesystem::path& file);

/// Documents the suite refers to: URI to text, of the drafts we speak.
const std::map<std::string, std::string>& remotes();

std::string read_file(const std::filesystem::path& file);

}  // namespace barbacane::conformance
