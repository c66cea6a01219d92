#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "compiler/detail/test_spec.h"

namespace barbacane::compiler {
namespace {

using test::operation;
using test::spec;
using ::testing::ElementsAre;

class ValidateTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "bb-validate-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name + "/";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, std::string_view text) const {
    std::ofstream(folder_ + name, std::ios::binary) << text;
    return folder_ + name;
  }
  /// `code [location]: message` with the folder left out.
  std::vector<std::string> lines(const ValidatedSpec& validated) const {
    std::vector<std::string> all;
    for (const base::Diagnostic& d : validated.diagnostics) {
      std::string line = d.code + " [" + d.location + "]: " + d.message;
      for (std::size_t at; (at = line.find(folder_)) != std::string::npos;) {
        line.erase(at, folder_.size());
      }
      all.push_back(line);
    }
    return all;
  }

  std::string folder_;
};

TEST_F(ValidateTest, ChecksEverySpecAndKeepsTheirOrder) {
  const auto outcome =
      validate({folder_ + "none.yaml", write("b.yaml", "a: ["), write("a.yaml", operation(""))});
  ASSERT_EQ(outcome.specs.size(), 3U);
  EXPECT_THAT(lines(outcome.specs[0]), ElementsAre("E1000 []: file not found: none.yaml"));
  ASSERT_EQ(outcome.specs[1].diagnostics.size(), 1U);
  EXPECT_EQ(outcome.specs[1].diagnostics[0].code, "E1002");
  EXPECT_EQ(outcome.specs[1].diagnostics[0].location, folder_ + "b.yaml");
  EXPECT_TRUE(outcome.specs[2].valid());
  EXPECT_TRUE(outcome.sources->text(folder_ + "b.yaml"));
}

TEST_F(ValidateTest, UsesItsOwnWords) {
  const auto outcome =
      validate({write("a.yaml", spec("x-barbacane-middlewares: [{}]\npaths:\n  /a:\n    get:\n"
                                     "      x-barbacane-middlewares: [{}]\n"))});
  EXPECT_THAT(lines(outcome.specs[0]),
              ElementsAre("E1020 [a.yaml:/a GET]: operation GET /a is missing x-barbacane-dispatch",
                          "E1011 [a.yaml:x-barbacane-middlewares]: global middleware #1 is missing "
                          "'name'",
                          "E1011 [a.yaml:/a GET]: middleware #1 in GET /a is missing 'name'"));
}

TEST_F(ValidateTest, AttachesAConflictToTheLaterSpec) {
  const auto outcome = validate({write("a.yaml", operation("")), write("b.yaml", operation(""))});
  EXPECT_TRUE(outcome.specs[0].valid());
  EXPECT_THAT(
      lines(outcome.specs[1]),
      ElementsAre("E1010 [b.yaml:/a GET]: routing conflict: GET /a is also declared in 'a.yaml'"));
}

TEST_F(ValidateTest, KnowsNoManifest) {
  const auto outcome =
      validate({write("a.yaml", operation("x-barbacane-middlewares: [{name: nobody-declared}]\n"
                                          "x-barbacane-sunset: 2026-01-01"))});
  EXPECT_TRUE(outcome.specs[0].valid());
  EXPECT_TRUE(outcome.specs[0].diagnostics.empty());
}

}  // namespace
}  // namespace barbacane::compiler
