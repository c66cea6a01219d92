// `barbacane init`: cli.md, section 2.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json_body.h"
#include "testkit/program.h"
#include "testkit/temp_directory.h"
#include "testkit/test_gateway.h"

namespace barbacane::integration {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using testkit::RequestBuilder;
using testkit::RunResult;
using testkit::TestGateway;

class InitCommand : public testing::Test {
 protected:
  RunResult init(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "init");
    return testkit::run(arguments, {.directory = folder_.path()});
  }
  TestGateway compile_and_serve(const std::string& project) {
    const auto result = testkit::run({"compile", "-m", "barbacane.yaml", "-o", "api.bca"},
                                     {.directory = folder_.path() / project});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return TestGateway::from_artifact((folder_.path() / project / "api.bca").string());
  }

  testkit::TempDirectory folder_;
};

TEST_F(InitCommand, MakesABasicProjectThatServes) {
  const RunResult result = init({"shop"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, StartsWith("✓ Initialized Barbacane project in shop\n"));
  EXPECT_THAT(result.err, HasSubstr("Created:\n"));
  EXPECT_THAT(result.err, HasSubstr("Next steps:\n"));
  EXPECT_TRUE(fs::is_directory(folder_ / "shop/plugins"));
  EXPECT_THAT(testkit::read_text(folder_ / "shop/barbacane.yaml"), HasSubstr("specs: ./specs/"));
  EXPECT_THAT(testkit::read_text(folder_ / "shop/.gitignore"), HasSubstr("*.bca\n"));

  TestGateway gateway = compile_and_serve("shop");
  EXPECT_EQ(gateway.get("/health").body, R"({"status": "ok"})");
  EXPECT_EQ(gateway.get("/users").body, R"({"users": []})");
  EXPECT_EQ(gateway.get("/users").header("content-type"), "application/json");
  const auto created = gateway.request(RequestBuilder("POST", "/users")
                                           .header("content-type", "application/json")
                                           .body(R"({"name":"Ada","email":"ada@example.test"})"));
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(gateway.get("/users/550e8400-e29b-41d4-a716-446655440000").status, 200);
  EXPECT_EQ(gateway.get("/nothing").status, 404);
}

TEST_F(InitCommand, MakesAMinimalProjectThatServes) {
  ASSERT_EQ(init({"deep/shop", "--template", "minimal"}).exit_code, 0);
  TestGateway gateway = compile_and_serve("deep/shop");
  EXPECT_EQ(gateway.get("/health").body, R"({"status": "ok"})");
  EXPECT_EQ(gateway.get("/users").status, 404);
}

TEST_F(InitCommand, FillsTheCurrentDirectoryWhateverLiesThere) {
  folder_.write("notes.txt", "mine");
  folder_.write("barbacane.yaml", "old");
  const RunResult result = init({});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, StartsWith("✓ Initialized Barbacane project in current directory\n"));
  EXPECT_THAT(testkit::read_text(folder_ / "barbacane.yaml"), HasSubstr("specs: ./specs/"));
  EXPECT_EQ(testkit::read_text(folder_ / "notes.txt"), "mine");
}

TEST_F(InitCommand, LeavesADirectoryWithContentsAlone) {
  folder_.write("shop/notes.txt", "mine");
  const RunResult result = init({"shop"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err, "error: directory 'shop' is not empty\n");
  EXPECT_FALSE(fs::exists(folder_ / "shop/barbacane.yaml"));

  fs::create_directory(folder_ / "empty");
  EXPECT_EQ(init({"empty"}).exit_code, 0);
}

TEST_F(InitCommand, KnowsItsTemplates) {
  const RunResult result = init({"shop", "--template=fancy"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.err, "error: unknown template 'fancy'. Use 'basic' or 'minimal'.\n");
  EXPECT_FALSE(fs::exists(folder_ / "shop"));
}

TEST_F(InitCommand, SaysWhatItCannotCreate) {
  folder_.write("file", "");
  const RunResult result = init({"file/shop"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, StartsWith("error: failed to create "));
}

}  // namespace
}  // namespace barbacane::integration
