#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "http/client/pool.h"

/// Calls to upstreams as a dispatcher makes them, for tests.
namespace barbacane::http {

/// A loop and a pool in the test's thread, which lets them run while it waits for something.
class CallTest : public testing::Test {
 protected:
  explicit CallTest(const client::PoolLimits& limits = {}) : pool_(loop_, resolver_, limits) {}
  ~CallTest() override { loop_.abandon(); }

  template <typename Condition>
  bool run_until(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!condition() && std::chrono::steady_clock::now() < end)
      loop_.run_for(std::chrono::milliseconds(5));
    return condition();
  }

  /// A call on whatever connection there is, a new one if need be.
  client::CallPtr opened(const std::shared_ptr<const client::Upstream>& upstream) {
    client::CallPtr call = pool_.take_idle(*upstream);
    bool over = call != nullptr;
    if (!call) loop_.spawn(open(pool_, upstream, call, over));
    EXPECT_TRUE(run_until([&] { return over; }));
    return call;
  }

  /// What has come of a call.
  struct Answer {
    std::optional<client::CallFailure> failure;
    bool over = false;
    int status = 0;
    std::vector<int> interim;
    std::string fields;
    std::optional<std::uint64_t> length;
    std::string body;
    std::string trailers;
  };
  /// Says everything, then reads everything. Waits half a second for an answer, and less for the
  /// upstream to take something.
  void begin(client::Call& call, const client::OutgoingRequest& request, Answer& answer,
             std::string parts = {}, std::span<const Field> trailers = {}) {
    answer = {};
    loop_.spawn(carry_out(call, request, std::move(parts), trailers, answer));
  }
  bool finished(const Answer& answer) {
    return run_until([&] { return answer.over; });
  }

  static client::OutgoingRequest get(std::string_view target = "/x") {
    return {.method = "GET", .authority = "a:1", .target = target, .fields = {}, .body = {}};
  }

  net::EventLoop loop_;
  net::Resolver resolver_;
  client::Pool pool_;

 private:
  static net::Task<> open(client::Pool& pool, std::shared_ptr<const client::Upstream> upstream,
                          client::CallPtr& call, bool& over) {
    client::Pool::Wish wish(pool.loop());
    auto opened =
        co_await pool.open(std::move(upstream), pool.loop().now() + std::chrono::seconds(5), wish);
    if (opened) call = std::move(*opened);
    over = true;
  }

  static net::Task<> carry_out(client::Call& call, client::OutgoingRequest request,
                               std::string parts, std::span<const Field> trailers, Answer& answer) {
    using Body = client::OutgoingRequest::Body;
    constexpr std::size_t kPart = 100'000;
    constexpr std::chrono::milliseconds kWrite{300}, kRead{500};
    const auto fail = [&](const client::CallError& error) {
      answer.failure = error.failure;
      answer.over = true;
    };
    const auto sent = co_await call.send(request, kWrite);
    if (!sent) co_return fail(sent.error());
    if (request.framing == Body::kLength || request.framing == Body::kUnknown) {
      bool going = true;
      for (std::string_view rest = parts; going && !rest.empty();) {
        going = co_await call.write(rest.substr(0, kPart), Push::kNow, kWrite);
        rest.remove_prefix(std::min(rest.size(), kPart));
      }
      if (going) co_await call.finish(trailers, kWrite);
    }
    const auto deadline = std::chrono::steady_clock::now() + kRead;
    auto head = co_await call.read_head(deadline);
    while (head && (*head)->interim()) {
      answer.interim.push_back((*head)->status);
      head = co_await call.read_head(deadline);
    }
    if (!head) co_return fail(head.error());
    answer.status = (*head)->status;
    answer.fields = text((*head)->fields);
    answer.length = call.body_length();
    for (;;) {
      const auto part = co_await call.read_body_part(kRead);
      if (!part) co_return fail(part.error());
      if (part->empty()) break;
      answer.body += *part;
    }
    std::pmr::vector<Field> fields;
    call.append_trailers(fields);
    answer.trailers = text(fields);
    answer.over = true;
  }

  static std::string text(const std::pmr::vector<Field>& fields) {
    std::string text;
    for (const Field& field : fields)
      text += std::string(field.name) + '=' + std::string(field.value) + ';';
    return text;
  }
};

}  // namespace barbacane::http
