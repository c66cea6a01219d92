#pragma once

#include <chrono>
#include <string_view>
#include <utility>

#include "gateway/dispatchers/dispatcher.h"
#include "gateway/dispatchers/mock_config.h"
#include "gateway/request_context.h"

namespace barbacane::gateway {

/// What every `mock` does, wherever its answers come from: the config's headers, the config's
/// delay.
class DelayedMock : public Dispatcher {
 public:
  std::string_view name() const final { return "mock"; }

  Waiting waiting() const final {
    return delay_.count() > 0 ? Waiting::kPossible : Waiting::kNever;
  }

  net::Task<Step> answer_later(RequestContext& request) const final {
    co_await request.exchange.loop().sleep(delay_);
    co_return answer(request);
  }

 protected:
  /// The content type is the answer's to say.
  DelayedMock(MockConfig::Headers headers, std::chrono::milliseconds delay)
      : headers_(std::move(headers)), delay_(delay) {
    std::erase_if(headers_, [](const auto& header) { return header.first == "content-type"; });
  }

  void add_headers(http::Response& reply) const {
    for (const auto& [name, value] : headers_) reply.add(name, value);
  }

 private:
  MockConfig::Headers headers_;
  std::chrono::milliseconds delay_;
};

}  // namespace barbacane::gateway
