#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "http/exchange.h"

/// An exchange without a connection, for tests and benchmarks of the pipeline.
///
/// The request is what the test says, the answer is kept to be looked at. The arena is the same
/// room again for each request, as a connection's is.
namespace barbacane::gateway {

class FakeExchange final : public http::Exchange {
 public:
  using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  explicit FakeExchange(net::EventLoop& loop)
      : loop_(loop), head_(std::pmr::new_delete_resource()) {}

  /// Begins the next request. The texts outlive it.
  void request(std::string_view method, std::string_view target, Fields fields = {}) {
    next();
    head_ = http::RequestHead(std::pmr::new_delete_resource());
    head_.method = method;
    head_.target = target;
    head_.path = target.substr(0, target.find('?'));
    head_.query = target.substr(std::min(head_.path.size() + 1, target.size()));
    for (const auto& [name, value] : fields) add(name, value);
  }
  void add(std::string_view name, std::string_view value) {
    const http::KnownField known = http::known_field(name);
    auto& first = head_.first[static_cast<std::size_t>(known)];
    if (first < 0) first = static_cast<std::int16_t>(head_.fields.size());
    head_.fields.push_back({name, value, known});
  }
  /// The same request once more.
  void next() {
    arena_.release();
    status_ = 0;
    streamed_ = closes_ = aborted_ = false;
  }

  http::RequestHead& head() { return head_; }
  void send_body(std::string body) {
    body_ = std::move(body);
    head_.content_length = body_.size();
  }
  void send_chunked(std::string body) {
    body_ = std::move(body);
    head_.chunked = true;
  }
  void fail_body(http::BodyError error) {
    head_.chunked = true;
    body_error_ = error;
  }
  void come_from(std::string_view ip, http::Scheme scheme = http::Scheme::kHttp) {
    ip_ = ip;
    scheme_ = scheme;
  }
  /// Keep nothing of the answer, as a benchmark wants it.
  void forget_answers() { keep_ = false; }

  int status() const { return status_; }
  const std::string& sent() const { return sent_; }
  bool streamed() const { return streamed_; }
  bool closes() const { return closes_; }
  bool aborted() const { return aborted_; }
  bool body_was_read() const { return body_read_; }
  /// Every value of that name in the answer.
  std::vector<std::string> fields(std::string_view name) const {
    std::vector<std::string> values;
    for (const auto& [field, value] : answered_) {
      if (base::equals_ignoring_case(field, name)) values.push_back(value);
    }
    return values;
  }
  std::string field(std::string_view name) const {
    const auto values = fields(name);
    return values.empty() ? std::string() : values.front();
  }

  // http::Exchange
  const http::RequestHead& request() const override { return head_; }
  http::Peer peer() const override { return {ip_, 40000}; }
  http::Scheme scheme() const override { return scheme_; }
  net::EventLoop& loop() override { return loop_; }
  std::pmr::memory_resource* arena() override { return &arena_; }
  net::Task<std::expected<std::string_view, http::BodyError>> read_body(
      std::size_t limit) override {
    body_read_ = true;
    if (body_error_) co_return std::unexpected(*body_error_);
    if (body_.size() > limit) co_return std::unexpected(http::BodyError::kTooLarge);
    co_return std::string_view(body_);
  }
  net::Task<std::expected<std::string_view, http::BodyError>> read_body_part() override {
    co_return std::string_view{};
  }
  void respond(const http::Response& response) override {
    keep_head(response);
    if (keep_) sent_ = response.body;
    bytes_ = response.body.size();
  }
  bool body_is_read() const override { return false; }
  void stop_reading() override {}
  void append_trailers(std::pmr::vector<http::Field>&) const override {}
  net::Task<bool> inform(const http::Response&) override { co_return true; }
  net::Task<bool> flush() override { co_return true; }
  void watch_client(http::ClientWatcher*) override {}
  void start(const http::Response& response, std::optional<std::uint64_t>) override {
    keep_head(response);
    streamed_ = true;
    sent_.clear();
  }
  net::Task<bool> write(std::string_view bytes, http::Push) override {
    sent_ += bytes;
    co_return true;
  }
  net::Task<bool> finish(std::span<const http::Field>) override { co_return true; }
  void abort() override { aborted_ = true; }
  void close_after() override { closes_ = true; }
  bool answered() const override { return status_ != 0; }
  int answered_status() const override { return status_; }
  std::uint64_t answered_bytes() const override { return bytes_; }
  std::uint64_t received_bytes() const override { return body_.size(); }

 private:
  void keep_head(const http::Response& response) {
    status_ = response.status;
    if (!keep_) return;
    answered_.clear();
    for (const http::Field& field : response.fields) {
      answered_.emplace_back(field.name, field.value);
    }
  }

  net::EventLoop& loop_;
  http::RequestHead head_;
  std::array<std::byte, 8192> room_;
  std::pmr::monotonic_buffer_resource arena_{room_.data(), room_.size()};
  std::string body_;
  std::optional<http::BodyError> body_error_;
  std::string_view ip_ = "127.0.0.1";
  http::Scheme scheme_ = http::Scheme::kHttp;
  bool keep_ = true;

  std::vector<std::pair<std::string, std::string>> answered_;
  std::string sent_;
  std::uint64_t bytes_ = 0;
  int status_ = 0;
  bool streamed_ = false;
  bool closes_ = false;
  bool aborted_ = false;
  bool body_read_ = false;
};

}  // namespace barbacane::gateway
