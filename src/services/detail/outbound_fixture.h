#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "base/text.h"
#include "net/event_loop.h"
#include "net/resolver.h"
#include "services/http_call.h"

namespace barbacane::services {

/// A worker's share of outbound calls, for tests: the upstream runs in threads of its own, the loop
/// in the test's.
class OutboundFixture : public testing::Test {
 protected:
  explicit OutboundFixture(
      const OutboundHttpOptions& options = {.plaintext = PlaintextUpstreams::kAllow})
      : http_(pool_, upstreams_, breakers_, options) {}
  ~OutboundFixture() override { loop_.abandon(); }

  static HttpGrant::OrdinaryTls ordinary() {
    static const auto made = HttpGrant::OrdinaryTls::make();
    return made.value();
  }
  static std::shared_ptr<const HttpGrant> grant(std::string_view config,
                                                std::string_view plugin = "tester") {
    return std::make_shared<HttpGrant>(
        HttpGrant::Entry{.plugin = plugin, .written = config, .resolved = config}, ordinary());
  }
  /// Of a config that names the URL.
  static std::shared_ptr<const HttpGrant> grant_for(std::string_view url) {
    return grant("{\"url\":" + base::json_string(url) + "}");
  }
  static HttpRequest get(std::string url) {
    HttpRequest request;
    request.method = "GET";
    request.url = std::move(url);
    return request;
  }

  template <typename Condition>
  bool run_until(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition() && std::chrono::steady_clock::now() < end)
      loop_.run_for(std::chrono::milliseconds(2));
    return condition();
  }
  static net::Task<> perform_into(HttpCall& call, std::optional<HttpResult>& result) {
    result = co_await call.perform();
  }
  HttpResult perform(const std::shared_ptr<const HttpGrant>& grant, HttpRequest request) {
    HttpCall call(http_, grant, std::move(request));
    std::optional<HttpResult> result;
    loop_.spawn(perform_into(call, result));
    EXPECT_TRUE(run_until([&] { return result.has_value(); }));
    return result.value_or(HttpResult{});
  }
  static std::string header(const HttpResult& result, std::string_view name) {
    for (const auto& [key, value] : result.headers) {
      if (key == name) return value;
    }
    return {};
  }

  net::EventLoop loop_;
  net::Resolver resolver_;
  http::client::Pool pool_{loop_, resolver_};
  http::client::Upstreams upstreams_;
  Breakers breakers_;
  OutboundHttp http_;
};

}  // namespace barbacane::services
