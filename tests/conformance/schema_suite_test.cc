// Our validator against the official JSON Schema suite, one test a file of the suite.
//
// The suite is fetched, not committed: tests/fixtures/fetch_schema_suite, whose folder
// BARBACANE_SCHEMA_SUITE names (at configuration, or in the environment). Run parts of it with
// --gtest_filter='*dynamicRef*'. A failure shows the file, the group, the case and the schema.
#include "schema_suite.h"

#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

namespace barbacane::conformance {
namespace {

using schema::BuildOptions;
using schema::Dialect;

constexpr auto kAnnotate = BuildOptions::Formats::kAnnotate;
constexpr auto kAssert = BuildOptions::Formats::kAssert;

constexpr Part kParts[] = {
    {"Draft202012", "draft2020-12", Dialect::kDraft202012, kAnnotate},
    {"Draft202012Optional", "draft2020-12/optional", Dialect::kDraft202012, kAssert},
    {"Draft202012Format", "draft2020-12/optional/format", Dialect::kDraft202012, kAssert},
    {"Draft7", "draft7", Dialect::kDraft07, kAnnotate},
    {"Draft7Optional", "draft7/optional", Dialect::kDraft07, kAssert},
    {"Draft7Format", "draft7/optional/format", Dialect::kDraft07, kAssert},
};

/// What we do not pass, and why that is right: a file, or `file: group`, or `file: group: case`.
const std::map<std::string, std::string>& skips() {
  static const std::map<std::string, std::string> table = {
      {"draft2020-12/optional/cross-draft", "draft 2019-09 is none of our dialects"},
      {"draft2020-12/optional/dependencies-compatibility",
       "2020-12 has no `dependencies`; reading it is a courtesy we do not extend"},
      {"draft7/optional/cross-draft", "draft 2019-09 is none of our dialects"},
      {"draft7/optional/content", "`contentEncoding` and `contentMediaType` are annotations"},
  };
  return table;
}

/// The reason, if any of the names is to be skipped.
const std::string* skip_reason(const std::string& name) {
  const auto found = skips().find(name);
  return found == skips().end() ? nullptr : &found->second;
}

constexpr const char* kUri = "https://schema.example/suite.json";

std::expected<std::pair<schema::Program, schema::SchemaId>, std::string> compile(
    const Part& part, const std::string& text) {
  schema::ProgramBuilder builder({.formats = part.formats});
  builder.add(kUri, text, part.dialect);
  if (text.find("localhost:1234/") != std::string::npos) {
    for (const auto& [uri, remote] : remotes()) builder.add(uri, remote, part.dialect);
  }
  const schema::SchemaId id = builder.want(kUri);
  auto program = builder.build();
  if (program) return std::pair(std::move(*program), id);
  std::string why = "does not compile:";
  for (const auto& error : program.error()) why += " " + error.place + ": " + error.message + ";";
  return std::unexpected(why);
}

std::string_view to_text(schema::Verdict verdict) {
  switch (verdict) {
    case schema::Verdict::kValid:
      return "valid";
    case schema::Verdict::kInvalid:
      return "invalid";
    case schema::Verdict::kLimit:
      return "beyond a limit";
  }
  return "?";
}

/// What is wrong with the verdict on one case; empty when nothing is.
std::string judge(const schema::Program& program, schema::SchemaId id, const Case& test) {
  schema::Tape tape;
  const auto value = tape.read(test.data);
  if (!value) return "the data cannot be read: " + describe(value.error());
  schema::Scratch scratch;
  const auto wanted = test.valid ? schema::Verdict::kValid : schema::Verdict::kInvalid;
  const auto verdict = program.run(id, *value, scratch);
  if (verdict != wanted) {
    return "is " + std::string(to_text(verdict)) + ", should be " + std::string(to_text(wanted));
  }
  const auto failures = program.explain(id, *value, scratch);
  if (failures.empty() != test.valid) {
    return "is rightly " + std::string(to_text(verdict)) + ", but `explain` gives " +
           std::to_string(failures.size()) + " reasons";
  }
  return "";
}

void run_group(const Part& part, const std::string& file, const Group& group) {
  const std::string name = file + ": " + group.description;
  if (skip_reason(name) != nullptr) return;
  const auto compiled = compile(part, group.schema);
  if (!compiled) {
    ADD_FAILURE() << name << "\n  " << compiled.error() << "\n  schema " << group.schema;
    return;
  }
  for (const Case& test : group.cases) {
    if (skip_reason(name + ": " + test.description) != nullptr) continue;
    const std::string wrong = judge(compiled->first, compiled->second, test);
    if (wrong.empty()) continue;
    ADD_FAILURE() << name << ": " << test.description << "\n  " << wrong << "\n  data " << test.data
                  << "\n  schema " << group.schema;
  }
}

struct SuiteFile {
  const Part* part;
  std::string name;  ///< without folder and `.json`

  friend void PrintTo(const SuiteFile& file, std::ostream* out) {
    *out << file.part->folder << "/" << file.name;
  }
};

std::vector<SuiteFile> all_files() {
  std::vector<SuiteFile> files;
  for (const Part& part : kParts) {
    for (auto& name : files_of(part)) files.push_back({&part, std::move(name)});
  }
  return files;
}

class SchemaSuite : public testing::TestWithParam<SuiteFile> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SchemaSuite);

TEST_P(SchemaSuite, IsPassed) {
  const Part& part = *GetParam().part;
  const std::string file = std::string(part.folder) + "/" + GetParam().name;
  if (const auto* reason = skip_reason(file)) GTEST_SKIP() << *reason;
  const auto groups = read_groups(suite_folder() / "tests" / (file + ".json"));
  ASSERT_FALSE(groups.empty());
  for (const Group& group : groups) run_group(part, file, group);
}

std::string test_name(const testing::TestParamInfo<SuiteFile>& info) {
  std::string name = std::string(info.param.part->name) + "_" + info.param.name;
  std::ranges::replace_if(name, [](char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, SchemaSuite, testing::ValuesIn(all_files()), test_name);

TEST(SchemaSuiteItself, HasEverythingThatIsSkipped) {
  if (suite_folder().empty()) GTEST_SKIP() << "BARBACANE_SCHEMA_SUITE is not set";
  std::set<std::string> there;
  for (const auto& [part, name] : all_files()) {
    const std::string file = std::string(part->folder) + "/" + name;
    there.insert(file);
    for (const Group& group : read_groups(suite_folder() / "tests" / (file + ".json"))) {
      there.insert(file + ": " + group.description);
      for (const Case& test : group.cases) {
        there.insert(file + ": " + group.description + ": " + test.description);
      }
    }
  }
  for (const auto& [name, reason] : skips()) EXPECT_TRUE(there.contains(name)) << name;
}

TEST(SchemaSuiteItself, HasTheFilesOfBothDrafts) {
  if (suite_folder().empty()) GTEST_SKIP() << "BARBACANE_SCHEMA_SUITE is not set";
  EXPECT_GE(files_of(kParts[0]).size(), 40U);
  EXPECT_GE(files_of(kParts[2]).size(), 19U);
  EXPECT_GE(files_of(kParts[3]).size(), 35U);
}

}  // namespace
}  // namespace barbacane::conformance
