#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/client/call.h"
#include "http/client/pool.h"
#include "net/fair_share.h"
#include "net/signal.h"
#include "net/task.h"
#include "services/http_grant.h"
#include "services/http_request.h"
#include "services/http_result.h"
#include "services/outbound_http.h"

/// One outbound HTTP call of a plugin (plugin ABI contract, 5.5 and 9).
///
/// Either `perform`, for everything at once, or `begin`, the body piece by piece, and `close`, for
/// who passes the answer on while it comes (8.4). The deadline covers the whole exchange in both.
/// The plugin's header fields are sent as they are, without those that are the gateway's business;
/// nothing is added, no redirect is followed, nothing is decompressed.
///
/// `cancel` may be called at any time, as from the callback that tells that a client left: whatever
/// waits ends soon, with `kCancelled`. Lives on the worker's thread, outlives what it runs: it must
/// not be destroyed while one of its tasks runs, unless the loop is abandoned.
namespace barbacane::services {

class HttpCall {
 public:
  /// `http` outlives it.
  HttpCall(OutboundHttp& http, std::shared_ptr<const HttpGrant> grant, HttpRequest request);
  ~HttpCall();
  HttpCall(const HttpCall&) = delete;
  HttpCall& operator=(const HttpCall&) = delete;

  net::Task<HttpResult> perform();
  /// The same of an answer that nobody wants to see: only the status is kept of it.
  net::Task<HttpResult> perform_and_forget();

  /// Sends the request and waits for the head of the answer, which holds until the body is read.
  net::Task<std::expected<const http::ResponseHead*, HttpProblem>> begin();
  std::optional<std::uint64_t> body_length() const { return call_->body_length(); }
  using Part = std::expected<std::string_view, HttpProblem>;
  /// What lies here already, empty when that is nothing; holds until the next read.
  Part buffered_part();
  bool body_done() const { return call_->body_done(); }
  /// The next piece, empty at the end.
  net::Task<Part> read_body_part();
  /// Behind the body; they hold until `close`.
  void append_trailers(std::pmr::vector<http::Field>& fields) const;
  /// The call is over. Always awaited after `begin`, whatever came of it.
  net::Task<> close();

  void cancel();

 private:
  enum class Connection : std::uint8_t { kAny, kFresh };

  std::optional<HttpProblem> prepare();
  net::Task<std::expected<const http::ResponseHead*, http::client::CallError>> ask(
      Connection which);
  net::Task<std::optional<http::client::CallError>> connect(Connection which);
  net::Task<> upload(std::string_view body);
  net::Task<std::optional<HttpProblem>> collect(std::string* body);
  net::Task<HttpResult> exchange(std::string* body);
  HttpProblem problem_of(http::client::CallError error) const;
  Part checked(http::client::BodyPart part);
  std::chrono::milliseconds left() const;
  std::optional<http::client::CallError> lateness() const;

  OutboundHttp& http_;
  http::client::Pool& pool_;
  const std::shared_ptr<const HttpGrant> grant_;
  HttpRequest request_;

  // Of the request as it is sent.
  OutboundHttp::Target to_;
  std::string authority_;
  std::string target_;
  std::vector<http::Field> fields_;
  http::client::OutgoingRequest outgoing_{
      .method = {}, .authority = {}, .target = {}, .fields = {}, .body = {}};
  bool repeatable_ = false;
  http::client::TimePoint since_;
  http::client::TimePoint deadline_;

  http::client::Pool::Wish* wish_ = nullptr;  ///< while a connection is waited for
  http::client::CallPtr call_;
  CircuitBreaker::Pass pass_;
  std::optional<net::Signal> upload_over_;  ///< of an upload that was begun
  bool cancelled_ = false;
};

}  // namespace barbacane::services
