// `barbacane validate`: cli.md, section 5.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json_body.h"
#include "testkit/program.h"
#include "testkit/spec_builder.h"
#include "testkit/temp_directory.h"

namespace barbacane::integration {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using testkit::RunResult;
using testkit::SpecBuilder;

class ValidateCommand : public testing::Test {
 protected:
  void SetUp() override {
    SpecBuilder good;
    good.operation("GET", "/hello").mock();
    folder_.write("good.yaml", good.text());
    folder_.write("untitled.yaml", "openapi: 3.1.0\npaths: {}\n");
    folder_.write("undispatched.yaml",
                  "openapi: 3.1.0\ninfo: {title: A, version: '1'}\n"
                  "paths: {/users: {get: {responses: {}}}}\n");
  }

  RunResult validate(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "validate");
    return testkit::run(arguments, {.directory = folder_.path()});
  }

  testkit::TempDirectory folder_;
};

TEST_F(ValidateCommand, AcceptsAGoodSpec) {
  const RunResult result = validate({"--spec", "good.yaml"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_EQ(result.err, "✓ good.yaml is valid\n\nvalidated 1 spec(s): 1 valid, 0 invalid\n");
}

TEST_F(ValidateCommand, ChecksEverySpecInTheOrderOfTheArguments) {
  const RunResult result =
      validate({"-s", "untitled.yaml", "gone.yaml", "-s", "good.yaml", "undispatched.yaml"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, StartsWith("✗ untitled.yaml has 1 error(s)\n"
                                     "  E1004 [untitled.yaml]: E1004: schema validation error: "
                                     "missing 'info' object\n"));
  EXPECT_THAT(result.err, HasSubstr("✗ gone.yaml has 1 error(s)\n"
                                    "  E1000: file not found: gone.yaml\n"));
  EXPECT_THAT(result.err, HasSubstr("✓ good.yaml is valid\n"));
  EXPECT_THAT(result.err, HasSubstr("✓ undispatched.yaml is valid (with 1 warning(s))\n"
                                    "  E1020 [undispatched.yaml:/users GET]: operation GET /users "
                                    "is missing x-barbacane-dispatch (warning)\n"));
  EXPECT_THAT(result.err, EndsWith("\nvalidated 4 spec(s): 2 valid, 2 invalid\n"));
}

TEST_F(ValidateCommand, FindsConflictsBetweenTheSpecs) {
  SpecBuilder other;
  other.operation("GET", "/hello").mock();
  folder_.write("other.yaml", other.text());
  const RunResult result = validate({"--spec", "good.yaml", "other.yaml"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, StartsWith("✓ good.yaml is valid\n✗ other.yaml has 1 error(s)\n"));
  EXPECT_THAT(result.err, HasSubstr("E1010"));
  EXPECT_THAT(result.err,
              HasSubstr("routing conflict: GET /hello is also declared in 'good.yaml'"));
}

TEST_F(ValidateCommand, ReportsAsJsonOnStandardOutput) {
  const RunResult result =
      validate({"--format", "json", "--spec", "undispatched.yaml", "untitled.yaml"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(result.out, StartsWith("{\n  \"results\": [\n"));
  const auto document = object(result.out);
  const auto& results = document.at("results").as_array();
  ASSERT_EQ(results.size(), 2u);
  EXPECT_TRUE(results[0].at("valid").as_bool());
  const auto& warning = results[0].at("warnings").at(0);
  EXPECT_EQ(warning.at("code"), "E1020");
  EXPECT_EQ(warning.at("location"), "undispatched.yaml:/users GET");
  EXPECT_EQ(warning.at("message"), "operation GET /users is missing x-barbacane-dispatch");
  EXPECT_FALSE(results[1].at("valid").as_bool());
  EXPECT_EQ(results[1].at("errors").at(0).at("message"),
            "E1004: schema validation error: missing 'info' object");
  EXPECT_EQ(document.at("summary").at("total"), 2);
  EXPECT_EQ(document.at("summary").at("valid"), 1);
}

TEST_F(ValidateCommand, TakesAnyOtherFormatForText) {
  const RunResult result = validate({"--format", "xml", "--spec", "good.yaml"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.err, StartsWith("✓ good.yaml is valid\n"));
}

TEST_F(ValidateCommand, SurvivesWhatIsNoSpec) {
  folder_.write("empty.yaml", "");
  folder_.write("list.yaml", "- 1\n");
  folder_.write("broken.yaml", "openapi: [\n");
  folder_.write("swagger.yaml", "swagger: '2.0'\n");
  folder_.write("bytes.yaml", std::string("\x00\xff\xfe", 3));
  const RunResult result = validate(
      {"--spec", "empty.yaml", "list.yaml", "broken.yaml", "swagger.yaml", "bytes.yaml", "."});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("E1002 [empty.yaml]"));
  EXPECT_THAT(result.err, HasSubstr("E1002 [broken.yaml]"));
  EXPECT_THAT(result.err, HasSubstr("E1001 [swagger.yaml]"));
  EXPECT_THAT(result.err, EndsWith("\nvalidated 6 spec(s): 0 valid, 6 invalid\n"));
}

}  // namespace
}  // namespace barbacane::integration
