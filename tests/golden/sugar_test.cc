// Sugar becomes entries of the chain: compiler contract, 2.2 to 2.5.
#include <algorithm>

#include <gtest/gtest.h>

#include "artifact/artifact.h"
#include "project.h"

namespace barbacane::golden {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> all_cases() {
  std::vector<std::string> cases;
  for (const auto& entry : fs::directory_iterator(source_directory() / "tests/golden/sugar")) {
    cases.push_back(entry.path().filename().string());
  }
  std::ranges::sort(cases);
  return cases;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::ranges::replace(name, '-', '_');
  return name;
}

std::string line(const artifact::PluginUse& use) {
  return "  " + use.name + (use.config.is_null() ? "" : " " + use.config.text) + "\n";
}

/// Each operation with what a request runs through, the dispatcher last.
std::string chains(const artifact::Routes& routes) {
  std::string text;
  for (const artifact::Operation& operation : routes.operations) {
    text += operation.method + " " + operation.path + "\n";
    for (const artifact::PluginUse& use : operation.middlewares) text += line(use);
    text += line(operation.dispatch);
  }
  return text;
}

class Sugar : public testing::TestWithParam<std::string> {};

TEST_P(Sugar, ExpandsAsWritten) {
  const fs::path folder = source_directory() / "tests/golden/sugar" / GetParam();
  Project project;
  project.add_case(folder);
  const testkit::RunResult result = project.run(arguments_of_case(folder));
  ASSERT_EQ(result.exit_code, 0) << result.err;

  const auto contents = artifact::open(testkit::read_text(project.file("api.bca")));
  ASSERT_TRUE(contents) << contents.error().message;
  expect_file(folder / "expected.txt", chains(contents->routes));
}

INSTANTIATE_TEST_SUITE_P(Cases, Sugar, testing::ValuesIn(all_cases()), test_name);

}  // namespace
}  // namespace barbacane::golden
