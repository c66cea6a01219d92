#include "schema_suite.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>

#include "schema/json.h"

namespace barbacane::conformance {
namespace {

namespace fs = std::filesystem;

schema::Value member(schema::Value object, std::string_view name) {
  const auto found = object.is_object() ? object.find(name) : std::nullopt;
  if (!found) throw std::runtime_error("no member '" + std::string(name) + "'");
  return *found;
}

std::string json_of(schema::Value value) {
  std::string out;
  schema::append_json(out, value);
  return out;
}

Case read_case(schema::Value value) {
  return {std::string(member(value, "description").text()), json_of(member(value, "data")),
          member(value, "valid").kind() == schema::Kind::kTrue};
}

}  // namespace

fs::path suite_folder() {
  const char* folder = std::getenv("BARBACANE_SCHEMA_SUITE");
  return folder != nullptr && *folder != '\0' ? folder : BARBACANE_SCHEMA_SUITE;
}

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> files_of(const Part& part) {
  std::vector<std::string> names;
  if (suite_folder().empty()) return names;
  for (const auto& entry : fs::directory_iterator(suite_folder() / "tests" / part.folder)) {
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

std::vector<Group> read_groups(const fs::path& file) {
  const std::string text = read_file(file);
  schema::Tape tape;
  const auto root = tape.read(text);
  if (!root) throw std::runtime_error(file.string() + ": " + describe(root.error()));

  std::vector<Group> groups;
  for (const schema::Value group : root->elements()) {
    auto& read = groups.emplace_back();
    read.description = member(group, "description").text();
    read.schema = json_of(member(group, "schema"));
    for (const schema::Value test : member(group, "tests").elements()) {
      read.cases.push_back(read_case(test));
    }
  }
  return groups;
}

const std::map<std::string, std::string>& remotes() {
  static const std::map<std::string, std::string> all = [] {
    const std::set<std::string> other_drafts = {"draft3", "draft4", "draft6", "draft2019-09",
                                                "draft-next"};
    std::map<std::string, std::string> found;
    const fs::path root = suite_folder() / "remotes";
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      const fs::path below = entry.path().lexically_relative(root);
      if (!entry.is_regular_file() || other_drafts.contains(below.begin()->string())) continue;
      found.emplace("http://localhost:1234/" + below.generic_string(), read_file(entry.path()));
    }
    return found;
  }();
  return all;
}

}  // namespace barbacane::conformance
