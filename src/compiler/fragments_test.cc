#include "compiler/fragments.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barbacane::compiler {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class FragmentsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "bb-fragments-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    write("api.yaml", R"(openapi: 3.1.0
components:
  schemas:
    a: {$ref: 'parts/a.yaml#/A'}
    b: {$ref: '#/components/schemas/a'}
    again: {$ref: 'parts/a.yaml#/B'}
    remote: {$ref: 'https://example.com/x.json'}
)");
    write("parts/a.yaml", "A: {$ref: '../beside.yaml#/C'}\nB: {$ref: '../api.yaml#/openapi'}\n");
    write("beside.yaml", "C: {items: {$ref: parts/gone.yaml}}\n");
    write("stranger.yaml", "D: 1\n");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  const spec::Document* open(spec::Project& project, const std::string& name) const {
    const auto opened = project.open((folder_ / name).string());
    return opened ? *opened : nullptr;
  }

  std::filesystem::path folder_;
};

TEST_F(FragmentsTest, FollowsEveryReferenceToAFile) {
  spec::Project project(folder_);
  const Fragments found = fragments_of(project, *open(project, "api.yaml"));
  std::vector<std::string> paths;
  for (const spec::Document* file : found.files) paths.push_back(project.relative_path(*file));
  EXPECT_THAT(paths, ::testing::UnorderedElementsAre("parts/a.yaml", "beside.yaml"));
  ASSERT_THAT(found.problems, SizeIs(1));
  EXPECT_THAT(found.problems.front().message, HasSubstr("parts/gone.yaml"));
}

TEST_F(FragmentsTest, TellsPartsFromSpecs) {
  spec::Project project(folder_);
  const std::vector<const spec::Document*> files = {open(project, "api.yaml"),
                                                    open(project, "beside.yaml"),
                                                    open(project, "stranger.yaml"), nullptr};
  EXPECT_THAT(find_parts(folder_, files), ElementsAre(false, true, false, false));
  EXPECT_THAT(project.documents(), SizeIs(3)) << "looking opens no more files here";
}

TEST_F(FragmentsTest, TakesADescriptionForASpecWhoeverRefersToIt) {
  write("other.yaml", "openapi: 3.1.0\nx: {$ref: api.yaml}\n");
  spec::Project project(folder_);
  const std::vector<const spec::Document*> files = {open(project, "api.yaml"),
                                                    open(project, "other.yaml")};
  EXPECT_THAT(find_parts(folder_, files), ElementsAre(false, false));
}

}  // namespace
}  // namespace barbacane::compiler
