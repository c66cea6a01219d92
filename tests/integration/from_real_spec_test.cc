// GitHub's description, served by `init --from` as anybody would: see real_specs_test.cc for where
// it comes from.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "artifact/artifact.h"
#include "json_body.h"
#include "request_maker.h"
#include "testkit/program.h"
#include "testkit/temp_directory.h"
#include "testkit/test_gateway.h"

namespace barbacane::integration {
namespace {

using testkit::Response;
using testkit::TestGateway;

std::string github() {
  const char* folder = std::getenv("BARBACANE_REAL_SPECS");
  const std::string specs = folder != nullptr && *folder != '\0' ? folder : BARBACANE_REAL_SPECS;
  return specs.empty() ? std::string() : specs + "/github.json";
}

/// As its authors publish it: the fixture has a dispatcher in every operation.
std::string without_dispatchers(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  boost::json::value document = object(text);
  for (auto& [path_key, item] : document.at("paths").as_object()) {
    for (auto& [method, operation] : item.as_object()) {
      if (operation.is_object()) operation.as_object().erase("x-barbacane-dispatch");
    }
  }
  return boost::json::serialize(document);
}

/// The prepared answers an unasked request may get: those of the lowest success.
struct Expected {
  int status = 200;
  std::set<std::string> bodies;
};

Expected expected(const artifact::Operation& operation) {
  const auto answers = object(operation.mock.text);
  Expected result;
  for (const auto& [status, list] : answers) {  // in byte order
    if (status.size() != 3 || status[0] != '2') continue;
    result.status = std::atoi(std::string(status).c_str());
    for (const auto& answer : list.as_array()) {
      result.bodies.insert(std::string(answer.at("body").as_string()));
    }
    return result;
  }
  for (const auto& [status, list] : answers) {
    result.status = std::atoi(std::string(status).c_str());
    for (const auto& answer : list.as_array()) {
      result.bodies.insert(std::string(answer.at("body").as_string()));
    }
    return result;
  }
  return result;
}

TEST(FromRealSpec, AnswersEveryOperationFromItsSpec) {
  if (github().empty() || !std::filesystem::exists(github())) {
    GTEST_SKIP() << "BARBACANE_REAL_SPECS is not set";
  }
  const testkit::TempDirectory folder;
  const std::string spec = without_dispatchers(github());
  folder.write("github.json", spec);
  const auto made =
      testkit::run({"init", "hub", "--from", "github.json"}, {.directory = folder.path()});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(testkit::read_text(folder / "hub/specs/github.json"), spec) << "unchanged";

  const auto began = std::chrono::steady_clock::now();
  const auto compiled = testkit::run({"compile", "-m", "barbacane.yaml", "-o", "api.bca"},
                                     {.directory = folder.path() / "hub"});
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  ASSERT_EQ(compiled.exit_code, 0) << compiled.err.substr(0, 4000);
  RecordProperty("compile_seconds", std::to_string(took.count()));
  // Of one response no example can be made: it must match one of two schemas that accept the same.
  const std::string_view none = "no example can be generated";
  const std::size_t first = compiled.err.find(none);
  EXPECT_TRUE(first == compiled.err.npos ||
              compiled.err.find(none, first + 1) == compiled.err.npos);

  const std::string artifact = folder / "hub/api.bca";
  const std::string bytes = testkit::read_text(artifact);
  const auto contents = artifact::open(bytes);
  ASSERT_TRUE(contents);
  const artifact::Routes& routes = contents->routes;
  EXPECT_GE(routes.operations.size(), 1223U);
  auto gateway = TestGateway::from_artifact(
      artifact, {.serve_flags = {"--log-level", "error", "--max-uri-length", "100000"}});
  RequestMaker maker(routes);
  std::optional<testkit::Connection> connection(gateway.connect());
  int failures = 0;
  for (std::size_t i = 0; i < routes.operations.size() && failures < 20; ++i) {
    const artifact::Operation& operation = routes.operations[i];
    SCOPED_TRACE(operation.method + " " + operation.path);
    const auto request = maker.valid(i);
    if (!request) continue;  // real_specs_test.cc is about requests
    const Response answer = connection->request(request->builder());
    if (answer.header("connection") == "close") connection.emplace(gateway.port());
    const Expected wanted = expected(operation);
    const bool same =
        answer.status == wanted.status &&
        (request->method == "HEAD" || wanted.bodies.empty() || wanted.bodies.contains(answer.body));
    if (same) continue;
    ADD_FAILURE() << request->target << ": " << answer.status << ", not " << wanted.status << ": "
                  << answer.body.substr(0, 500);
    ++failures;
  }
}

}  // namespace
}  // namespace barbacane::integration
