// `barbacane compile`: cli.md, section 4.
#include <filesystem>

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
using testing::Not;
using testing::StartsWith;
using testkit::RunResult;
using testkit::SpecBuilder;

std::string hello_spec(std::string_view path = "/hello") {
  SpecBuilder spec;
  spec.operation("GET", path).mock(200, "hello", "text/plain");
  return spec.text();
}

class CompileCommand : public testing::Test {
 protected:
  RunResult compile(std::vector<std::string> arguments,
                    std::map<std::string, std::string> environment = {}) {
    arguments.insert(arguments.begin(), "compile");
    return testkit::run(arguments,
                        {.environment = std::move(environment), .directory = project_.path()});
  }
  RunResult compile_project() { return compile({"-m", "barbacane.yaml", "-o", "api.bca"}); }
  bool artifact_exists() const { return std::filesystem::exists(project_ / "api.bca"); }

  testkit::TempDirectory project_;
};

TEST_F(CompileCommand, CompilesTheManifestsFolder) {
  project_.write("barbacane.yaml", "specs: ./specs/\n");
  project_.write("specs/a.yaml", hello_spec("/a"));
  project_.write("specs/b.json", hello_spec("/b"));
  project_.write("specs/notes.txt", "not a spec");
  const RunResult result = compile_project();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, EndsWith("compiled 2 spec(s) to api.bca (2 routes)\n"));
  EXPECT_TRUE(artifact_exists());
}

TEST_F(CompileCommand, TakesSpecsByValuesAndByRepetition) {
  project_.write("barbacane.yaml", "plugins: {}\n");
  project_.write("a.yaml", hello_spec("/a"));
  project_.write("b.yaml", hello_spec("/b"));
  project_.write("c.yaml", hello_spec("/c"));
  const RunResult result = compile(
      {"-m", "barbacane.yaml", "--spec", "a.yaml", "b.yaml", "-s", "c.yaml", "-o", "api.bca"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("compiled 3 spec(s) to api.bca (3 routes)"));
}

TEST_F(CompileCommand, SaysWhatIsMissing) {
  EXPECT_EQ(compile_project().err, "error: manifest file not found: barbacane.yaml\n");

  project_.write("barbacane.yaml", "plugins: {}\n");
  EXPECT_EQ(compile_project().err,
            "error: no spec files provided. Use --spec or add 'specs: ./specs/' to "
            "barbacane.yaml\n");

  project_.write("barbacane.yaml", "specs: ./specs/\n");
  EXPECT_THAT(compile_project().err, StartsWith("error: manifest error: specs folder not found: "));

  std::filesystem::create_directory(project_ / "specs");
  EXPECT_THAT(compile_project().err,
              StartsWith("error: manifest error: no spec files (*.yaml, *.yml, *.json) found in "));

  const RunResult missing = compile({"-m", "barbacane.yaml", "-o", "api.bca", "-s", "gone.yaml"});
  EXPECT_EQ(missing.err, "error: spec file not found: gone.yaml\n");
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_FALSE(artifact_exists());
}

TEST_F(CompileCommand, RefusesAManifestThatDoesNotParse) {
  project_.write("barbacane.yaml", "specs: [\n");
  const RunResult result = compile_project();
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, StartsWith("error: failed to load manifest: manifest error: "));
}

TEST_F(CompileCommand, ExplainsAnErrorWithItsLineAndNamesItLast) {
  project_.write("barbacane.yaml", "specs: ./specs/\n");
  project_.write("specs/api.yaml",
                 "openapi: 3.1.0\n"
                 "info: {title: A, version: '1'}\n"
                 "paths:\n"
                 "  /users:\n"
                 "    get:\n"
                 "      responses: {}\n");
  const RunResult result = compile_project();
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, HasSubstr("error[E1020]: "));
  EXPECT_THAT(result.err, HasSubstr("api.yaml:5:"));
  EXPECT_THAT(result.err, HasSubstr("^"));
  EXPECT_THAT(result.err, EndsWith("error: compilation failed: E1020: operation has no "
                                   "x-barbacane-dispatch: GET /users in 'api.yaml'\n"));
  EXPECT_THAT(result.err, Not(HasSubstr("\033["))) << "colours are for terminals";
  EXPECT_FALSE(artifact_exists());
}

TEST_F(CompileCommand, WarnsAndSucceeds) {
  SpecBuilder spec;
  spec.operation("GET", "/hello").mock().member("x-barbacane-limits", "{}");
  project_.write("barbacane.yaml", "specs: ./specs/\n");
  project_.write("specs/api.yaml", spec.text());
  const RunResult result = compile_project();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("warning[E1015]: unknown extension: x-barbacane-limits "
                                    "(GET /hello in 'api.yaml')\n"));
}

TEST_F(CompileCommand, ReportsAsJson) {
  project_.write("barbacane.yaml", "plugins: {}\n");
  project_.write("good.yaml", hello_spec());
  project_.write("bad.yaml",
                 "openapi: 3.1.0\n"
                 "info: {title: A, version: '1'}\n"
                 "paths:\n"
                 "  /users:\n"
                 "    get: {responses: {}}\n");
  const RunResult result = compile(
      {"-m", "barbacane.yaml", "-s", "good.yaml", "bad.yaml", "-o", "api.bca", "--format", "json"});
  EXPECT_EQ(result.exit_code, 1);
  const auto document = object(result.out);
  const auto& results = document.at("results").as_array();
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].at("file"), "good.yaml");
  EXPECT_TRUE(results[0].at("valid").as_bool());
  EXPECT_EQ(results[1].at("file"), "bad.yaml");
  const auto& issue = results[1].at("errors").at(0).as_object();
  EXPECT_EQ(issue.at("code"), "E1020");
  EXPECT_EQ(issue.at("line"), 5);
  EXPECT_GT(issue.at("column").as_int64(), 0);
  EXPECT_EQ(document.at("summary").at("invalid"), 1);
  EXPECT_THAT(result.err, StartsWith("error: compilation failed: E1020: "));
}

TEST_F(CompileCommand, NamesGoodSpecsOfTheFolderInJsonToo) {
  SpecBuilder warned;
  warned.operation("GET", "/warned").mock().member("x-barbacane-limits", "{}");
  project_.write("barbacane.yaml", "specs: ./specs/\n");
  project_.write("specs/good.yaml", hello_spec());
  project_.write("specs/warned.yaml", warned.text());
  const RunResult result = compile({"-m", "barbacane.yaml", "-o", "api.bca", "--format", "json"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto document = object(result.out);
  const auto& results = document.at("results").as_array();
  ASSERT_EQ(results.size(), 2u) << result.out;
  EXPECT_TRUE(results[0].at("warnings").as_array().empty());
  EXPECT_EQ(results[1].at("warnings").at(0).at("code"), "E1015");
  EXPECT_EQ(document.at("summary").at("valid"), 2);
}

TEST_F(CompileCommand, RefusesPlaintextUpstreamsUnlessAllowed) {
  SpecBuilder spec;
  spec.operation("GET", "/up").dispatch("http-upstream", R"({"url": "http://backend.test"})");
  project_.write("barbacane.yaml", "specs: ./specs/\n");
  project_.write("specs/api.yaml", spec.text());
  const RunResult refused = compile_project();
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("error: compilation failed: E1031: "));
  const RunResult allowed = compile({"-m", "barbacane.yaml", "-o", "api.bca", "--allow-plaintext"});
  EXPECT_EQ(allowed.exit_code, 0) << allowed.err;
}

TEST_F(CompileCommand, NamesAnUndeclaredPlugin) {
  SpecBuilder spec;
  spec.operation("GET", "/x").dispatch("teapot", "{}");
  project_.write("barbacane.yaml", "specs: ./specs/\n");
  project_.write("specs/api.yaml", spec.text());
  const RunResult result = compile_project();
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, EndsWith("error: compilation failed: E1040: plugin 'teapot' used in spec "
                                   "but not declared in barbacane.yaml\n"));
}

TEST_F(CompileCommand, SaysWhyADeclaredPluginCannotBeRead) {
  SpecBuilder spec;
  spec.operation("GET", "/x").dispatch("teapot", "{}");
  project_.write("barbacane.yaml",
                 "specs: ./specs/\nplugins:\n  teapot:\n    path: ./plugins/teapot.wasm\n");
  project_.write("specs/api.yaml", spec.text());
  const RunResult result = compile_project();
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("error: compilation failed: plugin resolution error: failed to "
                                    "read plugin 'teapot' from "));
}

TEST_F(CompileCommand, SaysWhyTheArtifactCannotBeWritten) {
  project_.write("barbacane.yaml", "specs: ./specs/\n");
  project_.write("specs/api.yaml", hello_spec());
  const RunResult result = compile({"-m", "barbacane.yaml", "-o", "missing/api.bca"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err,
              HasSubstr("error: compilation failed: I/O error: failed to write missing/api.bca"));
}

TEST_F(CompileCommand, SaysWhyItCannotSign) {
  project_.write("barbacane.yaml", "specs: ./specs/\n");
  project_.write("specs/api.yaml", hello_spec());
  const RunResult result = compile({"-m", "barbacane.yaml", "-o", "api.bca"},
                                   {{"BARBACANE_SIGNING_KEY", project_ / "missing.pem"}});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("artifact signing error: reading BARBACANE_SIGNING_KEY: "));
  EXPECT_FALSE(artifact_exists());
}

TEST_F(CompileCommand, MakesTheSameBytesFromTheSameInput) {
  project_.write("barbacane.yaml", "specs: ./specs/\n");
  project_.write("specs/api.yaml", hello_spec());
  const std::map<std::string, std::string> time{{"SOURCE_DATE_EPOCH", "1750000000"}};
  compile({"-m", "barbacane.yaml", "-o", "one.bca"}, time);
  compile({"-m", "barbacane.yaml", "-o", "two.bca"}, time);
  const std::string one = testkit::read_text(project_ / "one.bca");
  EXPECT_FALSE(one.empty());
  EXPECT_EQ(one, testkit::read_text(project_ / "two.bca"));
}

TEST_F(CompileCommand, FindsConflictsAcrossSpecs) {
  project_.write("barbacane.yaml", "specs: ./specs/\n");
  project_.write("specs/a.yaml", hello_spec("/same"));
  project_.write("specs/b.yaml", hello_spec("/same/"));
  const RunResult result = compile_project();
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("error: compilation failed: E1010: routing conflict: GET "));
}

}  // namespace
}  // namespace barbacane::integration
