// What the compiler says, to the letter: README.md of this folder.
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "project.h"

namespace barbacane::golden {
namespace {

namespace fs = std::filesystem;

const std::set<std::string> kOtherSuites = {"project", "sugar"};

/// `E1014/ttl-is-zero` and so on.
std::vector<std::string> all_cases() {
  const fs::path root = source_directory() / "tests/golden";
  std::vector<std::string> cases;
  for (const auto& group : fs::directory_iterator(root)) {
    const std::string name = group.path().filename().string();
    if (!group.is_directory() || kOtherSuites.contains(name)) continue;
    for (const auto& entry : fs::directory_iterator(group)) {
      cases.push_back(name + "/" + entry.path().filename().string());
    }
  }
  std::ranges::sort(cases);
  return cases;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::ranges::replace_if(name, [](char c) { return c == '/' || c == '-'; }, '_');
  return name;
}

class Diagnostics : public testing::TestWithParam<std::string> {};

TEST_P(Diagnostics, ReadAsWritten) {
  const fs::path folder = source_directory() / "tests/golden" / GetParam();
  Project project;
  project.add_case(folder);
  const std::string arguments = arguments_of_case(folder);

  const testkit::RunResult result = project.run(arguments);
  expect_file(folder / "expected.txt",
              result.err + "exit code " + std::to_string(result.exit_code) + "\n");
  EXPECT_EQ(result.out, "") << "nothing but --format json goes to standard output";

  if (!fs::exists(folder / "expected.json")) return;
  const testkit::RunResult json = project.run(arguments + " --format json");
  expect_file(folder / "expected.json", json.out);
  EXPECT_EQ(json.exit_code, result.exit_code);
}

INSTANTIATE_TEST_SUITE_P(Cases, Diagnostics, testing::ValuesIn(all_cases()), test_name);

}  // namespace
}  // namespace barbacane::golden
