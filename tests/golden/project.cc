#include "project.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <vector>

#include <gtest/gtest.h>

#include "module_text.h"

namespace barbacane::golden {

namespace fs = std::filesystem;
using testkit::read_text;

namespace {

constexpr std::string_view kManifestSuffix = ".plugin.toml";
constexpr std::string_view kModuleSuffix = ".module";

bool is_input(const fs::path& file) {
  return file.filename() != "command" && file.stem() != "expected";
}

bool is_spec(const fs::path& file) {
  constexpr std::array<std::string_view, 3> kExtensions = {".yaml", ".yml", ".json"};
  return is_input(file) && file.filename() != "barbacane.yaml" &&
         std::ranges::find(kExtensions, file.extension().string()) != kExtensions.end();
}

}  // namespace

fs::path source_directory() { return BARBACANE_SOURCE_DIR; }

bool updating() {
  const char* value = std::getenv("BARBACANE_UPDATE_GOLDEN");
  return value != nullptr && std::string_view(value) == "1";
}

Project::Project() { add_case(source_directory() / "tests/golden/project"); }

void Project::write(const std::string& name, std::string_view text) {
  directory_.write(name, text);
}

void Project::make_modules() const {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory_.path())) {
    files.push_back(entry.path().lexically_relative(directory_.path()));
  }
  for (const std::string_view suffix : {kManifestSuffix, kModuleSuffix}) {
    for (const fs::path& file : files) {
      const std::string name = file.string();
      if (!name.ends_with(suffix)) continue;
      const fs::path source = directory_.path() / file;
      directory_.write(
          name.substr(0, name.size() - suffix.size()) + ".wasm",
          suffix == kModuleSuffix ? module_of_description(source) : module_of_manifest(source));
    }
  }
}

void Project::add_case(const fs::path& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || !is_input(entry.path())) continue;
    write(entry.path().lexically_relative(folder).string(), read_text(entry.path()));
  }
}

testkit::RunResult Project::run(const std::string& arguments) const {
  make_modules();
  std::istringstream words(arguments);
  std::vector<std::string> list;
  for (std::string word; words >> word;) list.push_back(word);
  return testkit::run(list, {.environment = {{"TERM", "dumb"}}, .directory = directory_.path()});
}

std::string arguments_of_case(const fs::path& folder) {
  if (fs::exists(folder / "command")) {
    const std::string text = read_text(folder / "command");
    return text.substr(0, text.find('\n'));
  }
  std::set<std::string> specs;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && is_spec(entry.path())) {
      specs.insert(entry.path().filename().string());
    }
  }
  std::string arguments = "compile -m barbacane.yaml -o api.bca -s";
  for (const std::string& spec : specs) arguments += " " + spec;
  return arguments;
}

void expect_file(const fs::path& expected, const std::string& actual) {
  if (updating()) {
    std::ofstream(expected, std::ios::binary) << actual;
    return;
  }
  ASSERT_TRUE(fs::exists(expected)) << expected << " is missing; the output was:\n" << actual;
  EXPECT_EQ(actual, read_text(expected));
}

}  // namespace barbacane::golden
