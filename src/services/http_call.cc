#include "services/http_call.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "http/h1/grammar.h"
#include "services/detail/call_failure.h"
#include "services/detail/outgoing_fields.h"

namespace barbacane::services {
namespace {

using detail::problem;
using http::client::CallError;
using http::client::CallFailure;
using net::Task;
using std::chrono::milliseconds;
using Body = http::client::OutgoingRequest::Body;

constexpr milliseconds kConnectTime{10'000};
/// A larger body is sent while the answer may come: an upstream need not hear it all.
constexpr std::size_t kSentAtOnce = 64 * 1024;
/// How often another connection is looked for because the upstream leaves the one at hand.
constexpr int kMostMoves = 32;
constexpr milliseconds kMoveAgain{1};

/// A request without a body says so by having none, and not by a length of zero.
bool has_ordinarily_no_body(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "DELETE" ||
         method == "TRACE";
}

bool is_idempotent(std::string_view method) {
  return has_ordinarily_no_body(method) || method == "PUT" || method == "QUERY";
}

/// Whether the upstream is to blame (9.4).
bool counts_for_breaker(CallFailure failure) {
  using enum CallFailure;
  return failure != kBlocked && failure != kOverloaded && failure != kCancelled &&
         failure != kStale;
}

}  // namespace

HttpCall::HttpCall(OutboundHttp& http, std::shared_ptr<const HttpGrant> grant, HttpRequest request)
    : http_(http), pool_(http.pool()), grant_(std::move(grant)), request_(std::move(request)) {}

HttpCall::~HttpCall() = default;

void HttpCall::cancel() {
  cancelled_ = true;
  if (wish_ != nullptr) wish_->give_up();
  if (call_) call_->cancel();
}

milliseconds HttpCall::left() const {
  return std::max(std::chrono::ceil<milliseconds>(deadline_ - pool_.loop().now()), milliseconds(0));
}

HttpProblem HttpCall::problem_of(CallError error) const {
  if (cancelled_) return detail::cancelled();
  return detail::problem_of(std::move(error));
}

// ---- the request ----------------------------------------------------------------------------

std::optional<HttpProblem> HttpCall::prepare() {
  const auto invalid = [](const char* text) { return problem(HttpFailure::kInvalid, text); };
  auto url = split_url(request_.url, UrlSchemes::kHttp);
  if (!url || url->credentials) return invalid("the URL is not that of an HTTP upstream");
  if (!http::h1::is_token(request_.method) || request_.method == "CONNECT")
    return invalid("the method is not one that may be sent");
  fields_.clear();
  if (!detail::take_fields(request_.headers, fields_))
    return invalid("a header field is not one that may be sent");
  auto to = http_.target(*grant_, {url->origin, UrlSchemes::kHttp, request_.tls, request_.breaker});
  if (!to) return std::move(to.error());
  to_ = std::move(*to);
  authority_ = std::move(url->origin.authority);
  target_ = request_target(url->rest);
  const std::size_t length = request_.body.size();
  Body framing = length <= kSentAtOnce ? Body::kWhole : Body::kLength;
  if (length == 0 && has_ordinarily_no_body(request_.method)) framing = Body::kNone;
  outgoing_ = {.method = request_.method,
               .authority = authority_,
               .target = target_,
               .fields = fields_,
               .framing = framing,
               .body = request_.body,
               .length = length};
  repeatable_ = is_idempotent(request_.method);
  return std::nullopt;
}

Task<std::expected<const http::ResponseHead*, HttpProblem>> HttpCall::begin() {
  if (auto wrong = prepare()) co_return std::unexpected(std::move(*wrong));
  since_ = pool_.loop().now();
  deadline_ = since_ + request_.timeout;
  if (request_.timeout <= milliseconds(0))
    co_return std::unexpected(problem(HttpFailure::kTimeout, "the call was given no time"));
  bool was_stale = false;
  for (int moves = 0;;) {
    if (cancelled_) co_return std::unexpected(detail::cancelled());
    CircuitBreaker::Pass pass;
    if (to_.breaker) {
      auto admitted = to_.breaker->admit(std::chrono::steady_clock::now());
      if (!admitted) {
        co_return std::unexpected(HttpProblem{HttpFailure::kCircuitOpen,
                                              "the circuit breaker is open", admitted.error()});
      }
      pass = std::move(*admitted);
    }
    auto head = co_await ask(was_stale ? Connection::kFresh : Connection::kAny);
    if (head) {
      pass.answered();
      if (call_->body_done()) pass.succeeded();
      pass_ = std::move(pass);
      co_return *head;
    }
    co_await close();
    const CallFailure failure = head.error().failure;
    if (!cancelled_ && failure == CallFailure::kStale && repeatable_ && !was_stale) {
      was_stale = true;
      continue;
    }
    if (!cancelled_ && failure == CallFailure::kUntouched && ++moves < kMostMoves &&
        pool_.loop().now() < deadline_) {
      co_await pool_.loop().sleep(kMoveAgain);
      continue;
    }
    if (!cancelled_ && counts_for_breaker(failure)) pass.failed(std::chrono::steady_clock::now());
    co_return std::unexpected(problem_of(std::move(head.error())));
  }
}

Task<std::optional<CallError>> HttpCall::connect(Connection which) {
  if (which == Connection::kAny) call_ = pool_.take_idle(*to_.upstream);
  if (call_) co_return std::nullopt;
  http::client::Pool::Wish wish(pool_.loop(), since_);
  wish_ = &wish;
  const auto deadline = std::min(pool_.loop().now() + kConnectTime, deadline_);
  auto call = co_await pool_.open(to_.upstream, deadline, wish);
  wish_ = nullptr;
  if (!call) co_return std::move(call.error());
  call_ = std::move(*call);
  if (cancelled_) co_return CallError{CallFailure::kCancelled, {}};
  co_return std::nullopt;
}

Task<std::expected<const http::ResponseHead*, CallError>> HttpCall::ask(Connection which) {
  auto unconnected = co_await connect(which);
  if (unconnected) co_return std::unexpected(std::move(*unconnected));
  auto sent = co_await call_->send(outgoing_, left());
  if (!sent) co_return std::unexpected(std::move(sent.error()));
  if (outgoing_.framing == Body::kLength) {
    upload_over_.emplace(pool_.loop());
    pool_.loop().spawn(upload(request_.body));
  }
  for (;;) {
    auto head = co_await call_->read_head(deadline_);
    if (!head || !(*head)->interim()) co_return head;
  }
}

Task<> HttpCall::upload(std::string_view body) {
  net::FairShare share;
  while (!body.empty()) {
    const std::string_view part = body.substr(0, kSentAtOnce);
    const bool taken = co_await call_->write(part, http::Push::kNow, left());
    if (!taken) break;
    body.remove_prefix(part.size());
    if (share.used_up(part.size())) co_await pool_.loop().yield();
  }
  if (body.empty()) co_await call_->finish({}, left());
  upload_over_->raise();
}

// ---- the answer -----------------------------------------------------------------------------

HttpCall::Part HttpCall::checked(http::client::BodyPart part) {
  if (part) {
    if (call_->body_done()) pass_.succeeded();
    return *part;
  }
  if (!cancelled_) pass_.failed(std::chrono::steady_clock::now());
  return std::unexpected(problem_of(std::move(part.error())));
}

/// A trickle, or a flood, that never lets a read wait for long is late, too.
std::optional<CallError> HttpCall::lateness() const {
  if (left() > milliseconds(0) || call_->body_done()) return std::nullopt;
  return CallError{CallFailure::kTimeout, "the answer was not complete in time"};
}

HttpCall::Part HttpCall::buffered_part() {
  if (auto late = lateness()) return checked(std::unexpected(std::move(*late)));
  return checked(call_->buffered_part());
}

Task<HttpCall::Part> HttpCall::read_body_part() {
  if (auto late = lateness()) co_return checked(std::unexpected(std::move(*late)));
  co_return checked(co_await call_->read_body_part(left()));
}

void HttpCall::append_trailers(std::pmr::vector<http::Field>& fields) const {
  call_->append_trailers(fields);
}

Task<> HttpCall::close() {
  if (upload_over_ && !upload_over_->raised()) {
    call_->cancel();
    co_await upload_over_->wait();
  }
  upload_over_.reset();
  call_.reset();
}

// ---- everything at once -----------------------------------------------------------------------

/// Null: it is read and thrown away.
Task<std::optional<HttpProblem>> HttpCall::collect(std::string* body) {
  const std::size_t limit = http_.options().max_response_bytes;
  const auto too_large = [] { return problem(HttpFailure::kTooLarge, "the answer is too large"); };
  std::uint64_t seen = 0;
  net::FairShare share;
  if (!body_done() && body_length().value_or(0) > limit) co_return too_large();
  while (!body_done()) {
    const Part part = co_await read_body_part();
    if (!part) co_return part.error();
    if (part->empty()) break;
    seen += part->size();
    if (seen > limit) co_return too_large();
    if (body != nullptr) body->append(*part);
    if (share.used_up(part->size())) co_await pool_.loop().yield();
  }
  co_return std::nullopt;
}

Task<HttpResult> HttpCall::exchange(std::string* body) {
  auto head = co_await begin();
  if (!head) co_return result_of(std::move(head.error()));
  HttpResult result;
  result.status = (*head)->status;
  if (body != nullptr) result.headers = headers_of(**head);
  auto broken = co_await collect(body);
  co_await close();
  if (cancelled_) co_return result_of(detail::cancelled());
  if (broken) co_return result_of(std::move(*broken));
  if (body != nullptr) result.body = std::move(*body);
  co_return result;
}

Task<HttpResult> HttpCall::perform() {
  std::string body;
  co_return co_await exchange(&body);
}

Task<HttpResult> HttpCall::perform_and_forget() { co_return co_await exchange(nullptr); }

}  // namespace barbacane::services
