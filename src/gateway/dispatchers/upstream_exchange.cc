#include "gateway/dispatchers/upstream_exchange.h"

#include <algorithm>
#include <utility>

#include "gateway/dispatchers/answer_fields.h"
#include "gateway/dispatchers/upstream_failure.h"
#include "gateway/dispatchers/upstream_fields.h"

namespace barbacane::gateway {
namespace {

using http::client::CallError;
using http::client::CallFailure;
using http::client::OutgoingRequest;
using net::Task;
using std::chrono::milliseconds;

constexpr int kContinue = 100;
/// Of a body that lies in memory: written at once.
constexpr std::size_t kPart = 64 * 1024;

}  // namespace

UpstreamExchange::UpstreamExchange(RequestContext& request,
                                   std::shared_ptr<const http::client::Upstream> upstream,
                                   milliseconds timeout)
    : request_(request),
      pool_(*request.worker.upstreams),
      upstream_(std::move(upstream)),
      timeout_(timeout),
      since_(pool_.loop().now()) {
  request_.exchange.watch_client(this);
}

UpstreamExchange::~UpstreamExchange() { request_.exchange.watch_client(nullptr); }

void UpstreamExchange::client_left() {
  left_ = true;
  if (wish_ != nullptr) wish_->give_up();
  if (call_) call_->cancel();
}

UpstreamFailure UpstreamExchange::failure(CallError error) const {
  std::optional<http::BodyError> blame = upload_error_;
  if (left_) blame = http::BodyError::kClientGone;
  return {std::move(error), blame};
}

Task<std::expected<void, UpstreamFailure>> UpstreamExchange::connect(
    http::client::TimePoint deadline, Connection which) {
  if (left_) co_return std::unexpected(failure({CallFailure::kCancelled, {}}));
  if (which == Connection::kAny) call_ = pool_.take_idle(*upstream_);
  if (call_) co_return {};
  http::client::Pool::Wish wish(pool_.loop(), since_);
  wish_ = &wish;
  auto call = co_await pool_.open(upstream_, deadline, wish);
  wish_ = nullptr;
  if (!call) co_return std::unexpected(failure(std::move(call.error())));
  call_ = std::move(*call);
  if (left_) co_return std::unexpected(failure({CallFailure::kCancelled, {}}));
  co_return {};
}

Task<std::expected<const http::ResponseHead*, UpstreamFailure>> UpstreamExchange::ask(
    const OutgoingRequest& outgoing, Deadlines deadlines, Connection which) {
  using Body = OutgoingRequest::Body;
  auto connected = co_await connect(std::min(deadlines.connected, deadlines.answered), which);
  if (!connected) co_return std::unexpected(std::move(connected.error()));
  auto sent = co_await call_->send(outgoing, timeout_);
  if (!sent) co_return std::unexpected(failure(std::move(sent.error())));
  if (outgoing.framing == Body::kLength || outgoing.framing == Body::kUnknown) {
    upload_over_.emplace(pool_.loop());
    pool_.loop().spawn(upload(outgoing.body));
  }
  for (;;) {
    auto head = co_await next_head(deadlines.answered);
    if (!head) co_return std::unexpected(failure(std::move(head.error())));
    if (!(*head)->interim()) co_return *head;
    co_await pass_on_interim(**head);
  }
}

Task<std::expected<const http::ResponseHead*, CallError>> UpstreamExchange::next_head(
    http::client::TimePoint deadline) {
  for (;;) {
    const std::uint64_t before = uploaded_;
    auto head = co_await call_->read_head(deadline);
    // Nobody can answer a request whose body is still on its way.
    if (head || head.error().failure != CallFailure::kTimeout || uploaded_ == before)
      co_return head;
    deadline = pool_.loop().now() + timeout_;
  }
}

Task<> UpstreamExchange::pass_on_interim(const http::ResponseHead& head) {
  // The gateway says `100 Continue` itself, when it wants the body.
  if (head.status == kContinue) co_return;
  http::Response interim(request_.arena);
  interim.status = head.status;
  add_answer_fields(head, interim);
  co_await request_.exchange.inform(interim);
}

// ---- the body of the request ----------------------------------------------------------------

Task<> UpstreamExchange::upload(std::string_view whole) {
  if (!whole.empty()) {
    co_await upload_whole(whole);
  } else if (request_.spool) {
    co_await upload_spool();
  } else {
    co_await upload_stream();
  }
  if (upload_error_) call_->cancel();
  upload_over_->raise();
}

Task<bool> UpstreamExchange::upload_part(std::string_view part) {
  // A name of its own: GCC 12 loses the result of a condition that awaits here.
  const bool taken = co_await call_->write(part, http::Push::kNow, timeout_);
  if (!taken) co_return false;
  uploaded_ += part.size();
  if (upload_share_.used_up(part.size())) co_await pool_.loop().yield();
  co_return true;
}

Task<> UpstreamExchange::upload_whole(std::string_view body) {
  while (!body.empty()) {
    const std::string_view part = body.substr(0, kPart);
    if (!co_await upload_part(part)) co_return;
    body.remove_prefix(part.size());
  }
  co_await call_->finish({}, timeout_);
}

Task<> UpstreamExchange::upload_stream() {
  const std::uint64_t limit = request_.settings().options.max_body_size;
  std::string_view part = request_.body;
  while (!part.empty()) {
    if (part.size() > limit - uploaded_) {
      upload_error_ = http::BodyError::kTooLarge;
      co_return;
    }
    if (!co_await upload_part(part)) co_return;
    const auto more = co_await request_.exchange.read_body_part();
    if (!more) {
      if (more.error() != http::BodyError::kStopped) upload_error_ = more.error();
      co_return;
    }
    part = *more;
  }
  std::pmr::vector<http::Field> trailers(request_.arena);
  request_.exchange.append_trailers(trailers);
  drop_unfit_request_trailers(trailers);
  co_await call_->finish(trailers, timeout_);
}

Task<> UpstreamExchange::upload_spool() {
  Spool::Reader reader(*request_.spool);
  for (;;) {
    const auto part = reader.next();
    if (!part) {
      upload_error_ = http::BodyError::kClientGone;
      co_return;
    }
    if (part->empty()) break;
    if (!co_await upload_part(*part)) co_return;
  }
  co_await call_->finish({}, timeout_);
}

// ---- the body of the answer -----------------------------------------------------------------

std::optional<std::uint64_t> UpstreamExchange::length() const { return call_->body_length(); }

AnswerBody::Part UpstreamExchange::checked(http::client::BodyPart part) {
  if (part) {
    if (call_->body_done()) pass_.succeeded();
    return *part;
  }
  if (!left_ && !upload_error_) {
    pass_.failed(pool_.loop().now());
    const bool late = part.error().failure == CallFailure::kTimeout;
    log_dispatch_error(request_, *upstream_, late ? "timeout" : "upstream_reset",
                       part.error().text);
  }
  return std::unexpected(Broken{});
}

AnswerBody::Part UpstreamExchange::buffered() { return checked(call_->buffered_part()); }

Task<AnswerBody::Part> UpstreamExchange::next() {
  co_return checked(co_await call_->read_body_part(timeout_));
}

void UpstreamExchange::append_trailers(std::pmr::vector<http::Field>& fields) const {
  call_->append_trailers(fields);
  drop_unfit_trailers(fields);
}

Task<> UpstreamExchange::give_up_call() {
  if (upload_over_ && !upload_over_->raised()) {
    request_.exchange.stop_reading();
    call_->cancel();
    co_await upload_over_->wait();
  }
  upload_over_.reset();
  call_.reset();
}

Task<> UpstreamExchange::close() { co_await give_up_call(); }

}  // namespace barbacane::gateway
