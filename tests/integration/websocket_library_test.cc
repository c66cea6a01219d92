// WebSockets whose both ends are a library that others wrote; the checks are in the script beside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proxy.h"
#include "testkit/certificates.h"
#include "testkit/child.h"
#include "testkit/stream.h"

namespace barbacane::integration {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;
using testkit::Certificate;
using testkit::SpecBuilder;
using testkit::TestGateway;
using Words = std::vector<std::string>;

class WebSocketLibrary : public testing::Test {
 protected:
  /// A spec that joins `/ws/…` to the script's upstream.
  std::string spec(const std::string& scheme) const {
    SpecBuilder spec;
    spec.operation("GET", "/ws/{rest+}")
        .dispatch("ws-upstream", R"({"url": ")" + scheme + "://localhost:" + std::to_string(port_) +
                                     R"(", "path": "/{rest}"})");
    return spec.text();
  }

  void check(const TestGateway& gateway, const std::string& scheme, const Words& more = {}) const {
    Words words{std::string(BARBACANE_SOURCE_DIR) + "/tests/integration/websocket_library.py",
                "--gateway", scheme + "://localhost:" + std::to_string(gateway.port()),
                "--upstream-port", std::to_string(port_)};
    words.insert(words.end(), more.begin(), more.end());
    testkit::Child script(testkit::find_program("python3"), words, {});
    const auto exit_code = script.wait(seconds(150));
    const std::string output = script.standard_output() + script.standard_error();
    EXPECT_EQ(exit_code, 0) << output << gateway.log();
    EXPECT_THAT(output, HasSubstr("passed  "));
    EXPECT_THAT(output, Not(HasSubstr("FAILED")));
  }

  const std::uint16_t port_ = testkit::free_port();
};

TEST_F(WebSocketLibrary, IsSatisfiedInCleartext) {
  check(TestGateway(spec("ws"), proxy_options()), "ws");
}

TEST_F(WebSocketLibrary, IsSatisfiedWithTlsOnBothSides) {
  const testkit::Certificates certificates;
  const Certificate good = certificates.good();
  const std::string& authority = certificates.authority();
  // The upstream's certificate is looked up where the system keeps authorities.
  const TestGateway gateway(spec("wss"),
                            {.serve_flags = {"--tls-cert", good.certificate, "--tls-key", good.key},
                             .environment = {{"SSL_CERT_FILE", authority}}});
  check(gateway, "wss", {"--ca", authority, "--certificate", good.certificate, "--key", good.key});
}

}  // namespace
}  // namespace barbacane::integration
