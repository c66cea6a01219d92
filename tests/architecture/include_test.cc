// The arrows of the architecture, enforced: which folder of src/ may include which.
//
// Three sources have to agree: the rows below (the design), what each CMakeLists.txt declares with
// bb_module(NAME DEPS ...) (written to the module table by the build), and the includes in the
// code.

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barbacane {
namespace {

namespace fs = std::filesystem;
using Folders = std::set<std::string>;
using testing::IsEmpty;

/// A folder uses folders of lower rows only, and of those only `may_use` where it is given.
struct Folder {
  int row;
  std::optional<Folders> may_use;
};

const std::map<std::string, Folder>& design() {
  static const std::map<std::string, Folder> folders = {
      {"base", {1, Folders{}}},
      {"net", {2, Folders{"base"}}},
      {"telemetry", {2, Folders{"base"}}},
      {"spec", {2, Folders{"base"}}},
      {"schema", {2, Folders{"base"}}},
      {"router", {2, Folders{"base"}}},
      {"artifact", {2, Folders{"base"}}},
      {"wasm", {2, Folders{"base"}}},
      {"http", {3, Folders{"base", "net", "telemetry"}}},
      {"validation", {3, Folders{"base", "schema", "artifact"}}},
      {"compiler",
       {4, Folders{"base", "spec", "schema", "router", "artifact", "wasm", "validation"}}},
      {"services", {4, Folders{"base", "net", "http", "telemetry"}}},
      {"gateway",
       {5, Folders{"base", "net", "telemetry", "schema", "router", "artifact", "wasm", "http",
                   "validation", "services"}}},
      {"control",
       {5, Folders{"base", "net", "telemetry", "spec", "schema", "router", "artifact", "http",
                   "compiler", "services"}}},
      {"app", {6, std::nullopt}},
  };
  return folders;
}

bool design_allows(const std::string& from, const std::string& to) {
  const auto user = design().find(from);
  const auto used = design().find(to);
  if (user == design().end() || used == design().end()) return false;
  if (used->second.row >= user->second.row) return false;
  return !user->second.may_use || user->second.may_use->contains(to);
}

struct Include {
  std::string place;   ///< file:line below src/
  std::string folder;  ///< whose file it is
  std::string target;  ///< as written between the quotes
};

/// The text between the quotes of an `#include "..."` line.
std::optional<std::string> quoted_include(std::string_view line) {
  const auto hash = line.find_first_not_of(" \t");
  if (hash == std::string_view::npos || line[hash] != '#') return std::nullopt;
  const auto word = line.find_first_not_of(" \t", hash + 1);
  if (word == std::string_view::npos || !line.substr(word).starts_with("include")) {
    return std::nullopt;
  }
  const auto open = line.find('"', word);
  if (open == std::string_view::npos) return std::nullopt;
  const auto close = line.find('"', open + 1);
  if (close == std::string_view::npos) return std::nullopt;
  return std::string(line.substr(open + 1, close - open - 1));
}

std::string first_component(const fs::path& path) { return path.begin()->string(); }

const fs::path& source_root() {
  static const fs::path root = fs::path(BARBACANE_SOURCE_DIR) / "src";
  return root;
}

/// The testkit uses nothing of src/, so tests may use it wherever they stand.
bool is_testkit_of_test(const fs::path& file, std::string_view target) {
  return file.filename().string().ends_with("_test.cc") && target.starts_with("testkit/");
}

std::vector<Include> includes_in(const fs::path& file) {
  const auto below = file.lexically_relative(source_root());
  std::vector<Include> found;
  std::ifstream in(file);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const auto target = quoted_include(line);
    if (target && !is_testkit_of_test(file, *target)) {
      found.push_back(
          {below.generic_string() + ":" + std::to_string(number), first_component(below), *target});
    }
  }
  return found;
}

const std::vector<Include>& all_includes() {
  static const std::vector<Include> all = [] {
    std::vector<Include> found;
    for (const auto& entry : fs::recursive_directory_iterator(source_root())) {
      const auto extension = entry.path().extension();
      if (!entry.is_regular_file() || (extension != ".h" && extension != ".cc")) continue;
      for (auto& include : includes_in(entry.path())) found.push_back(std::move(include));
    }
    return found;
  }();
  return all;
}

Folders folders_of_tree() {
  Folders found;
  for (const auto& entry : fs::directory_iterator(source_root())) {
    if (entry.is_directory()) found.insert(entry.path().filename().string());
  }
  return found;
}

/// `name: dep dep` per line, as bb_write_module_table writes it.
std::map<std::string, Folders> declared_dependencies() {
  std::map<std::string, Folders> table;
  std::ifstream in(BARBACANE_MODULE_TABLE);
  std::string line;
  while (std::getline(in, line)) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    std::istringstream names(line.substr(colon + 1));
    auto& deps = table[line.substr(0, colon)];
    for (std::string name; names >> name;) deps.insert(name);
  }
  return table;
}

bool enters_detail(const fs::path& target) {
  for (const auto& part : target.parent_path()) {
    if (part == "detail") return true;
  }
  return false;
}

TEST(Architecture, EveryFolderOfTheTreeHasAPlaceInTheDesign) {
  std::vector<std::string> strangers;
  for (const auto& folder : folders_of_tree()) {
    if (!design().contains(folder)) strangers.push_back(folder);
  }
  EXPECT_THAT(strangers, IsEmpty()) << "add them to design() with their row";
}

TEST(Architecture, DeclaredDependenciesFollowTheArrows) {
  const auto table = declared_dependencies();
  ASSERT_FALSE(table.empty()) << "no module table at " << BARBACANE_MODULE_TABLE;
  std::vector<std::string> wrong;
  for (const auto& [folder, deps] : table) {
    for (const auto& dep : deps) {
      if (!design_allows(folder, dep)) wrong.push_back(folder + " DEPS " + dep);
    }
  }
  EXPECT_THAT(wrong, IsEmpty());
}

TEST(Architecture, IncludesAreWrittenFromTheRootOfTheSources) {
  std::vector<std::string> wrong;
  for (const auto& include : all_includes()) {
    const bool generated = include.target == "base/version.h";
    if (!generated && !fs::exists(source_root() / include.target)) {
      wrong.push_back(include.place + " includes \"" + include.target + "\"");
    }
  }
  ASSERT_FALSE(all_includes().empty());
  EXPECT_THAT(wrong, IsEmpty());
}

TEST(Architecture, IncludesFollowTheArrows) {
  std::vector<std::string> wrong;
  for (const auto& include : all_includes()) {
    const auto to = first_component(include.target);
    if (to != include.folder && !design_allows(include.folder, to)) {
      wrong.push_back(include.place + " includes \"" + include.target + "\"");
    }
  }
  EXPECT_THAT(wrong, IsEmpty()) << "a folder uses folders of lower rows only";
}

TEST(Architecture, IncludesAreDeclaredAsDependencies) {
  const auto table = declared_dependencies();
  std::vector<std::string> wrong;
  for (const auto& include : all_includes()) {
    const auto to = first_component(include.target);
    const auto declared = table.find(include.folder);
    if (to == include.folder || declared == table.end()) continue;
    if (!declared->second.contains(to)) {
      wrong.push_back(include.place + " includes \"" + include.target + "\"");
    }
  }
  EXPECT_THAT(wrong, IsEmpty()) << "add the folder to DEPS in the includer's CMakeLists.txt";
}

TEST(Architecture, NobodyLooksIntoTheDetailsOfAnotherFolder) {
  std::vector<std::string> wrong;
  for (const auto& include : all_includes()) {
    if (enters_detail(include.target) && first_component(include.target) != include.folder) {
      wrong.push_back(include.place + " includes \"" + include.target + "\"");
    }
  }
  EXPECT_THAT(wrong, IsEmpty());
}

TEST(Architecture, ReadsIncludesAsTheCompilerDoes) {
  EXPECT_EQ(quoted_include(R"(#include "a/b.h")"), "a/b.h");
  EXPECT_EQ(quoted_include(R"(  #  include "a/b.h"  // why)"), "a/b.h");
  EXPECT_EQ(quoted_include("#include <a/b.h>"), std::nullopt);
  EXPECT_EQ(quoted_include(R"(text("#include"))"), std::nullopt);
}

}  // namespace
}  // namespace barbacane
