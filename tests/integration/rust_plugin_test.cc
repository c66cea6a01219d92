// A plugin of another language and toolchain, without our SDK: tests/foreign/rust.
//
// It is built, not committed: tests/fixtures/build_rust_plugin, whose result BARBACANE_RUST_PLUGIN
// names, when configuring or in the environment.
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proxy.h"
#include "testkit/upstream.h"

namespace barbacane::integration {
namespace {

using testing::HasSubstr;
using testkit::answer;
using testkit::ReceivedRequest;
using testkit::RequestBuilder;
using testkit::Response;
using testkit::TestGateway;

std::string folder() {
  const char* given = std::getenv("BARBACANE_RUST_PLUGIN");
  return given != nullptr && *given != '\0' ? given : BARBACANE_RUST_PLUGIN;
}

class RustPlugin : public testing::Test {
 protected:
  void SetUp() override {
    if (folder().empty()) GTEST_SKIP() << "no Rust plugin: see tests/fixtures/build_rust_plugin";
    upstream_.otherwise({answer(200, "from the upstream", {{"x-upstream", "1"}})});
  }

  /// The plugin, with that config, before the upstream; a plugin of the catalog is around it.
  std::string artifact(const std::string& config) {
    testkit::SpecBuilder spec;
    for (const char* method : {"GET", "POST"}) {
      spec.operation(method, "/{rest+}")
          .dispatch("http-upstream", R"({"url":")" + upstream_.url() + "\"}");
    }
    spec.member("x-barbacane-middlewares",
                R"([{"name":"correlation-id"},{"name":"stamp","config":)" + config + "}]");
    project_.write("barbacane.yaml",
                   "specs: ./specs/\nplugins:\n  stamp: {path: \"" + folder() + "/stamp.wasm\"}\n");
    project_.write("specs/api.yaml", spec.text());
    const testkit::RunResult compiled =
        testkit::run({"compile", "--allow-plaintext", "-m", project_ / "barbacane.yaml", "-o",
                      project_ / "api.bca"});
    EXPECT_EQ(compiled.exit_code, 0) << compiled.err;
    return project_ / "api.bca";
  }

  testkit::Upstream upstream_;
  testkit::TempDirectory project_;
};

TEST_F(RustPlugin, ChangesRequestsAndResponses) {
  const TestGateway gateway =
      TestGateway::from_artifact(artifact(R"({"stamp":"r\u00fcst \"1\""})"), proxy_options());
  std::string body(70'000, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i);
  for (int turn = 0; turn < 20; ++turn) {
    const Response response = gateway.request(
        RequestBuilder("POST", "/a%20b?q=1").header("x-kept", "\"kept\"").body(body));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "from the upstream");
    EXPECT_EQ(response.header("x-stamp"), "r\xc3\xbcst \"1\"");
    EXPECT_EQ(response.header("x-upstream"), "1");
    EXPECT_TRUE(response.has("x-correlation-id"));
    const ReceivedRequest request = upstream_.wait_for_requests(1).back();
    EXPECT_EQ(request.target, "/a%20b?q=1");
    EXPECT_EQ(request.header("x-stamp"), "r\xc3\xbcst \"1\"");
    EXPECT_EQ(request.header("x-stamped-body"), "70000");
    EXPECT_EQ(request.header("x-kept"), "\"kept\"");
    EXPECT_EQ(request.header("x-correlation-id"), response.header("x-correlation-id"));
    EXPECT_EQ(request.body, body);
  }
  EXPECT_EQ(gateway.get("/a").header("x-stamp"), "r\xc3\xbcst \"1\"");
  EXPECT_FALSE(upstream_.requests().back().has("x-stamped-body"));
}

TEST_F(RustPlugin, AnswersInPlaceOfTheUpstream) {
  const TestGateway gateway =
      TestGateway::from_artifact(artifact(R"({"stamp":"s","refuse":"/tea"})"), proxy_options());
  const Response refused = gateway.request(RequestBuilder("POST", "/tea").body("water"));
  EXPECT_EQ(refused.status, 418);
  EXPECT_EQ(refused.body, "refused /tea");
  EXPECT_EQ(refused.header("content-type"), "text/plain");
  EXPECT_TRUE(upstream_.requests().empty());
  EXPECT_TRUE(gateway.wait_for_log("refused /tea", std::chrono::seconds(20)));
}

TEST_F(RustPlugin, RefusesAConfigWhenTheGatewayStarts) {
  try {
    TestGateway::from_artifact(artifact("{}"), proxy_options());
    FAIL() << "it has started";
  } catch (const std::exception& refused) {
    EXPECT_THAT(refused.what(), HasSubstr("plugin 'stamp' of GET /{rest+} does not start: init"));
  }
}

}  // namespace
}  // namespace barbacane::integration
