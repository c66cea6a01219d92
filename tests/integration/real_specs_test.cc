// Large public descriptions, compiled and served whole. They are fetched, not committed: see
// tests/fixtures/fetch_real_specs, whose folder BARBACANE_REAL_SPECS names (at configuration, or in
// the environment); without it these tests are skipped.
#include <cstdlib>
#include <filesystem>
#include <ostream>

#include <gtest/gtest.h>

#include "json_body.h"
#include "testkit/program.h"
#include "testkit/temp_directory.h"
#include "testkit/test_gateway.h"

namespace barbacane::integration {
namespace {

using testkit::RequestBuilder;
using testkit::Response;
using testkit::TestGateway;

struct RealSpec {
  const char* file;
  int least_operations;

  friend void PrintTo(const RealSpec& spec, std::ostream* out) { *out << spec.file; }
};

std::string real_specs() {
  const char* folder = std::getenv("BARBACANE_REAL_SPECS");
  return folder != nullptr && *folder != '\0' ? folder : BARBACANE_REAL_SPECS;
}

/// A concrete path of a template: every parameter gets a value that is easy to tell.
std::string concrete(std::string_view path) {
  std::string out;
  while (true) {
    const std::size_t open = path.find('{');
    const std::size_t close = path.find('}', open);
    if (open == std::string_view::npos || close == std::string_view::npos) break;
    out.append(path.substr(0, open)).append("v1");
    path.remove_prefix(close + 1);
  }
  out.append(path);
  // What a client escapes in a path (RFC 3986, 3.3).
  std::string escaped;
  for (char c : out.substr(0, out.find('#'))) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7f && c != '?' && c != '"' && c != '<' && c != '>') {
      escaped += c;
    } else {
      escaped += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return escaped;
}

bool is_method(std::string_view key) {
  for (std::string_view method :
       {"get", "put", "post", "delete", "options", "head", "patch", "trace"}) {
    if (key == method) return true;
  }
  return false;
}

class RealSpecs : public testing::TestWithParam<RealSpec> {
 protected:
  void SetUp() override {
    if (real_specs().empty()) GTEST_SKIP() << "BARBACANE_REAL_SPECS is not set";
    if (!std::filesystem::exists(path())) GTEST_SKIP() << path() << " is missing";
  }
  static std::string path() { return real_specs() + "/" + GetParam().file; }
};

TEST_P(RealSpecs, CompileAndAnswerEveryOperation) {
  const testkit::TempDirectory project;
  const std::string manifest = project.write("barbacane.yaml", "plugins: {}\n");
  const std::string artifact = project / "api.bca";
  const auto compiled =
      testkit::run({"compile", "--manifest", manifest, "--spec", path(), "--output", artifact});
  ASSERT_EQ(compiled.exit_code, 0) << compiled.err.substr(0, 4000);
  auto gateway = TestGateway::from_artifact(artifact, {.serve_flags = {"--log-level", "warn"}});

  // The merged document is the list of operations, whatever format the source had.
  auto documents = testkit::Connection(gateway.port(), std::chrono::seconds(60));
  const auto document = object(documents.get("/__barbacane/specs/openapi?format=json").body);
  auto connection = gateway.connect();
  int operations = 0;
  int failures = 0;
  for (const auto& [path_key, item] : document.at("paths").as_object()) {
    for (const auto& [key, operation] : item.as_object()) {
      if (!is_method({key.data(), key.size()})) continue;
      ++operations;
      std::string method(key.data(), key.size());
      for (char& c : method) c = static_cast<char>(c - 'a' + 'A');
      const std::string target = concrete({path_key.data(), path_key.size()});
      const Response response = connection.request(RequestBuilder(method, target));
      if (response.status != 200 || (method != "HEAD" && response.body != R"({"ok":true})")) {
        ADD_FAILURE() << method << ' ' << target << ": " << response.status << ' ' << response.body;
        ASSERT_LT(++failures, 10) << "and more";
      }
      if (response.header("connection") == "close") connection.get("/");  // fails with the reason
    }
  }
  EXPECT_GE(operations, GetParam().least_operations);
  EXPECT_EQ(object(gateway.get("/__barbacane/health").body).at("routes_count"), operations);
}

INSTANTIATE_TEST_SUITE_P(Public, RealSpecs,
                         testing::Values(RealSpec{"github.json", 1223},
                                         RealSpec{"github.yaml", 1223},
                                         RealSpec{"shipengine.json", 20},
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
