#include <algorithm>
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gateway/detail/test_gateway_state.h"

namespace barbacane::gateway {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

artifact::Contents two_operations() {
  artifact::Contents contents;
  contents.routes.operations.push_back(
      mock("POST", "/items/{id}", R"({"status":201,"body":"ok"})"));
  contents.routes.operations.back().operation_id = "putItem";
  contents.routes.operations.push_back(mock("GET", "/old", "{}"));
  contents.routes.operations.back().deprecated = true;
  return contents;
}

/// What the log says about the requests of `use`.
std::string logged(telemetry::Level level, const std::function<void(TestWorker&)>& use) {
  const int file = ::memfd_create("log", 0);
  {
    TestWorker worker(two_operations(), {}, level, file);
    use(worker);
  }
  std::string text(65536, '\0');
  const ssize_t length = ::pread(file, text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(length, 0)));
  ::close(file);
  return text;
}

TEST(RequestCompleted, TellsWhatWasAskedAndAnswered) {
  const std::string line = logged(telemetry::Level::kInfo, [](TestWorker& worker) {
    worker.exchange.request("POST", "/items/7?token=secret", {{"x-request-id", "id-1"}});
    worker.exchange.send_body("12345");
    worker.handle();
  });
  EXPECT_THAT(line, HasSubstr(R"("level":"info","target":"barbacane::http")"));
  EXPECT_THAT(line, HasSubstr(R"("request_id":"id-1","message":"request_completed")"));
  EXPECT_THAT(line, HasSubstr(R"("method":"POST","path":"/items/7","route":"/items/{id}",)"
                              R"("status":201,"duration_ms":)"));
  EXPECT_THAT(line, HasSubstr(R"("request_size":5,"response_size":2,"client_ip":"127.0.0.1",)"
                              R"("api":"api","operation":"putItem"}})"));
  EXPECT_THAT(line, Not(HasSubstr("secret")));
}

TEST(RequestCompleted, IsWrittenForRefusalsAndForClientsThatLeft) {
  EXPECT_THAT(
      logged(telemetry::Level::kInfo, [](TestWorker& worker) { worker.ask("GET", "/nothing"); }),
      HasSubstr(R"("path":"/nothing","route":"","status":404)"));
  const std::string gone = logged(telemetry::Level::kInfo, [](TestWorker& worker) {
    worker.exchange.request("POST", "/items/7");
    worker.exchange.fail_body(http::BodyError::kClientGone);
    worker.handle();
  });
  EXPECT_THAT(gone, HasSubstr(R"("status":499)"));
}

TEST(RequestCompleted, CutsWhatNoServedRequestWouldHave) {
  const std::string line = logged(telemetry::Level::kInfo, [](TestWorker& worker) {
    const std::string method(40'000, 'M'), path = '/' + std::string(40'000, 'p');
    worker.ask(method, path);
    EXPECT_LT(worker.exchange.sent().size(), 9'000U);
  });
  EXPECT_THAT(line, HasSubstr(std::string(64, 'M') + '"'));
  EXPECT_THAT(line, HasSubstr(std::string(8191, 'p') + '"'));
}

TEST(RequestCompleted, IsSilentBelowItsLevel) {
  EXPECT_EQ(
      logged(telemetry::Level::kWarn, [](TestWorker& worker) { worker.ask("POST", "/items/7"); }),
      "");
  EXPECT_EQ(logged(telemetry::Level::kInfo,
                   [](TestWorker& worker) { worker.ask("GET", "/__barbacane/health"); }),
            "");
}

TEST(DeprecatedCalls, AreLoggedOnceInAThousand) {
  const std::string text = logged(telemetry::Level::kWarn, [](TestWorker& worker) {
    for (int i = 0; i < 1500; ++i) worker.ask("GET", "/old");
  });
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_THAT(text, HasSubstr(R"("event":"deprecated_route_called","fields":{"method":"GET",)"
                              R"("route":"/old")"));
}

}  // namespace
}  // namespace barbacane::gateway
