// Large public descriptions, compiled and served whole. They are fetched, not committed: see
// tests/fixtures/fetch_real_specs, whose folder BARBACANE_REAL_SPECS names (at configuration, or in
// the environment); without it these tests are skipped.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <ostream>
#include <stdexcept>

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

struct RealSpec {
  const char* file;
  int least_operations;
  /// Operations no request can satisfy: their schemas forbid with `additionalProperties: false`
  /// what another branch of their `allOf` requires.
  int impossible = 0;

  friend void PrintTo(const RealSpec& spec, std::ostream* out) { *out << spec.file; }
};

std::string real_specs() {
  const char* folder = std::getenv("BARBACANE_REAL_SPECS");
  return folder != nullptr && *folder != '\0' ? folder : BARBACANE_REAL_SPECS;
}

class RealSpecs : public testing::TestWithParam<RealSpec> {
 protected:
  void SetUp() override {
    if (real_specs().empty()) GTEST_SKIP() << "BARBACANE_REAL_SPECS is not set";
    if (!std::filesystem::exists(path())) GTEST_SKIP() << path() << " is missing";
  }
  static std::string path() { return real_specs() + "/" + GetParam().file; }
};

artifact::Contents opened(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  auto contents = artifact::open(bytes);
  if (!contents) throw std::runtime_error(contents.error().message);
  return std::move(*contents);
}

/// Whether one of the errors of an answer with `--dev` is about that place.
bool names(const Response& response, const WrongRequest& wrong) {
  const auto document = object(response.body);
  const auto* errors = document.if_contains("errors");
  if (errors == nullptr) return false;
  for (const auto& error : errors->as_array()) {
    if (text_member(error.as_object(), "field") == wrong.field &&
        text_member(error.as_object(), "location") == wrong.location) {
      return true;
    }
  }
  return false;
}

TEST_P(RealSpecs, TakeWhatTheyDescribeAndRefuseTheRest) {
  const testkit::TempDirectory project;
  const std::string manifest = project.write("barbacane.yaml", "plugins: {}\n");
  const std::string artifact = project / "api.bca";
  const auto compiled =
      testkit::run({"compile", "--manifest", manifest, "--spec", path(), "--output", artifact});
  ASSERT_EQ(compiled.exit_code, 0) << compiled.err.substr(0, 4000);
  auto gateway = TestGateway::from_artifact(
      artifact, {.serve_flags = {"--dev", "--log-level", "error", "--max-uri-length", "100000"}});

  const artifact::Contents contents = opened(artifact);
  const artifact::Routes& routes = contents.routes;
  RequestMaker maker(routes);
  std::optional<testkit::Connection> connection(gateway.connect());
  const auto ask = [&](const MadeRequest& request) {
    const Response response = connection->request(request.builder());
    if (response.header("connection") == "close") connection.emplace(gateway.port());
    return response;
  };
  int failures = 0, wrong_ones = 0, impossible = 0;
  for (std::size_t i = 0; i < routes.operations.size() && failures < 20; ++i) {
    const artifact::Operation& operation = routes.operations[i];
    SCOPED_TRACE(operation.method + " " + operation.path);
    const auto right = maker.valid(i);
    if (!right) {
      ++impossible;
      continue;
    }
    const Response answer = ask(*right);
    if (answer.status != 200 || (right->method != "HEAD" && answer.body != R"({"ok":true})")) {
      ADD_FAILURE() << right->target << ' ' << right->body << ": " << answer.body;
      ++failures;
    }
    for (const WrongRequest& wrong : maker.wrong(i)) {
      ++wrong_ones;
      const Response refusal = ask(wrong.request);
      if (refusal.status == 400 && names(refusal, wrong)) continue;
      ADD_FAILURE() << wrong.what << " '" << wrong.field << "': " << wrong.request.target << ' '
                    << wrong.request.body << ": " << refusal.status << ' ' << refusal.body;
      ++failures;
    }
  }
  EXPECT_GE(static_cast<int>(routes.operations.size()), GetParam().least_operations);
  EXPECT_EQ(impossible, GetParam().impossible);
  EXPECT_GE(wrong_ones, GetParam().least_operations / 5);
  EXPECT_EQ(object(gateway.get("/__barbacane/health").body).at("routes_count"),
            routes.operations.size());
}

INSTANTIATE_TEST_SUITE_P(Public, RealSpecs,
                         testing::Values(RealSpec{"github.json", 1223},
                                         RealSpec{"github.yaml", 1223},
                                         RealSpec{"shipengine.json", 20, 12},
                                         RealSpec{"blockfrost.yaml", 50},
                                         RealSpec{"figma.yaml", 20}),
                         [](const auto& spec) {
                           std::string name = spec.param.file;
                           for (char& c : name) {
                             if (c == '.') c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace barbacane::integration
