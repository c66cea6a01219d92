#include "http/h2/stream_exchange.h"

#include <algorithm>
#include <utility>

#include <nghttp2/nghttp2.h>

#include "http/h1/input_buffer.h"
#include "http/h2/connection.h"
#include "http/h2/outgoing_fields.h"
#include "http/response_fields.h"

namespace barbacane::http::h2 {

namespace {

using net::Task;
using BodyPart = std::expected<std::string_view, BodyError>;

/// How long, and how much, a client may go on sending a body whose request has been answered.
/// Clients that are told at once to stop have been seen to lose the answer.
constexpr std::chrono::milliseconds kAbsorb{1000};
constexpr std::size_t kAbsorbed = 256 * 1024;
/// Field lines of an ordinary request; more make the arena grow.
constexpr std::size_t kExpectedFields = 24;

}  // namespace

StreamExchange::StreamExchange(Connection& connection, std::int32_t id,
                               std::unique_ptr<Memory> memory)
    : connection_(connection),
      id_(id),
      memory_(std::move(memory)),
      fields_(memory_->head, memory_->arena),
      body_(connection, *memory_),
      readable_(connection.loop()) {
  body_.belongs_to(id);
  memory_->head.fields.reserve(kExpectedFields);
}

StreamExchange::~StreamExchange() { connection_.server().streams.give_back(std::move(memory_)); }

Peer StreamExchange::peer() const { return connection_.peer().peer(); }
Scheme StreamExchange::scheme() const { return connection_.scheme(); }
net::EventLoop& StreamExchange::loop() { return connection_.loop(); }

// ---- what comes -----------------------------------------------------------------------------

void StreamExchange::add_field(std::string_view name, std::string_view value) {
  fields_.add(name, value, connection_.server().options.max_head);
}

void StreamExchange::add_trailer(std::string_view name, std::string_view value) {
  trailer_size_ += name.size() + value.size();
  if (trailer_size_ > connection_.server().options.max_head) return;
  memory_->trailers.push_back(RequestFields::copy(name, value, memory_->arena));
}

bool StreamExchange::complete_head(RequestFields::Body body) {
  body_ended_ = body == RequestFields::Body::kNone;
  if (fields_.complete(body, connection_.server().options.max_target)) {
    continue_due_ = memory_->head.expects_continue && !body_ended_;
    return true;
  }
  Response refusal(arena());
  refusal.status = 400;
  respond(refusal);
  return false;
}

void StreamExchange::receive(std::string_view bytes) {
  received_ += bytes.size();
  unconsumed_ += bytes.size();
  continue_due_ = false;
  if (!handler_runs_ && answered()) return absorb();
  memory_->incoming += bytes;
  readable_.pulse();
}

void StreamExchange::body_ended() {
  body_ended_ = true;
  continue_due_ = false;
  readable_.pulse();
}

void StreamExchange::answer_ended() {
  answer_ended_ = true;
  ended_at_ = loop().now();
}

void StreamExchange::absorb() {
  absorbed_ += unconsumed_;
  if (absorbed_ <= kAbsorbed) return consume();
  // The other streams need not suffer; this one has no more window.
  nghttp2_session_consume_connection(connection_.session(), std::exchange(unconsumed_, 0));
  connection_.send_soon();
}

void StreamExchange::closed() {
  open_ = false;
  body_.close();
  consume();
  // Also behind a whole answer: somebody may still be waiting for the body.
  if (!answer_ended_ || !body_ended_) client_left();
}

void StreamExchange::client_left() {
  gone_ = true;
  readable_.pulse();
  body_.drop();
  if (watcher_ != nullptr) std::exchange(watcher_, nullptr)->client_left();
}

void StreamExchange::handler_returned() {
  handler_runs_ = false;
  watcher_ = nullptr;
  if (gone_) return;
  if (phase_ == Phase::kUnanswered) {
    Response failure(arena());
    failure.status = 500;
    respond(failure);
  }
  if (phase_ == Phase::kStreaming) abort();
  if (unconsumed_ > 0) absorb();
}

void StreamExchange::check_patience(net::EventLoop::Clock::time_point now) {
  const auto patience = connection_.server().options.body_timeout;
  if (reading_ && now - reading_since_ >= patience) {
    read_too_long_ = true;
    readable_.pulse();
  }
  // RFC 9113, 8.1: the rest of the body is of no interest, the answer is not in doubt.
  const bool still_sends = open_ && answer_ended_ && !body_ended_ && !handler_runs_;
  if (still_sends && now - ended_at_ >= kAbsorb) reset(NGHTTP2_NO_ERROR);
  if (open_ && body_.unsent() > 0 && now - body_.moved_at() >= patience) {
    reset(NGHTTP2_CANCEL);
    client_left();
  }
}

void StreamExchange::consume() {
  const std::size_t count = std::exchange(unconsumed_, 0);
  if (count == 0 || connection_.lost()) return;
  if (open_ && !body_ended_) {
    nghttp2_session_consume(connection_.session(), id_, count);
  } else {
    nghttp2_session_consume_connection(connection_.session(), count);
  }
  if (nghttp2_session_want_write(connection_.session()) != 0) connection_.send_soon();
}

// ---- the body of the request ----------------------------------------------------------------

Task<std::optional<BodyError>> StreamExchange::wait_for_body() {
  if (std::exchange(continue_due_, false)) {
    Response go_on(arena());
    go_on.status = 100;
    submit_interim(go_on);
  }
  const std::uint64_t had = received_;
  reading_ = true;
  reading_since_ = loop().now();
  read_too_long_ = false;
  while (received_ == had && !body_ended_ && !gone_ && !stopped_ && !read_too_long_)
    co_await readable_.wait();
  reading_ = false;
  if (stopped_) co_return BodyError::kStopped;
  if (gone_) co_return BodyError::kClientGone;
  if (read_too_long_) co_return BodyError::kTimeout;
  co_return std::nullopt;
}

Task<BodyPart> StreamExchange::read_body(std::size_t limit) {
  std::string& text = memory_->incoming;
  if (request().content_length.value_or(0) > limit) co_return std::unexpected(BodyError::kTooLarge);
  while (!body_ended_) {
    if (text.size() > limit) co_return std::unexpected(BodyError::kTooLarge);
    consume();
    if (const auto error = co_await wait_for_body()) co_return std::unexpected(*error);
  }
  if (text.size() > limit) co_return std::unexpected(BodyError::kTooLarge);
  consume();
  text.reserve(text.size() + h1::InputBuffer::kPadding);
  co_return std::string_view(text);
}

Task<BodyPart> StreamExchange::read_body_part() {
  std::string& handed = memory_->handed;
  handed.clear();
  while (memory_->incoming.empty() && !body_ended_) {
    if (const auto error = co_await wait_for_body()) co_return std::unexpected(*error);
  }
  handed.swap(memory_->incoming);
  consume();
  co_return std::string_view(handed);
}

void StreamExchange::stop_reading() {
  stopped_ = true;
  readable_.pulse();
}

void StreamExchange::append_trailers(std::pmr::vector<Field>& fields) const {
  fields.insert(fields.end(), memory_->trailers.begin(), memory_->trailers.end());
}

// ---- the answer -----------------------------------------------------------------------------

void StreamExchange::submit_head(const Response& response, std::optional<std::uint64_t> length,
                                 Content content) {
  answered_status_ = response.status;
  continue_due_ = false;
  if (!open_) return;
  const auto fields = outgoing_fields().answer(response, OutgoingFields::Kind::kFinal, length);
  nghttp2_data_provider data = body_.provider();
  nghttp2_submit_response(connection_.session(), id_, fields.data(), fields.size(),
                          content == Content::kFollows ? &data : nullptr);
}

void StreamExchange::submit_interim(const Response& interim) {
  if (!open_) return;
  const auto fields =
      outgoing_fields().answer(interim, OutgoingFields::Kind::kInterim, std::nullopt);
  nghttp2_submit_headers(connection_.session(), NGHTTP2_FLAG_NONE, id_, nullptr, fields.data(),
                         fields.size(), nullptr);
  connection_.send_soon();
}

void StreamExchange::respond(const Response& response) {
  if (answered()) return;
  phase_ = Phase::kAnswered;
  std::optional<std::uint64_t> length;
  if (!is_bodiless(response.status)) length = response.body.size();
  sends_content_ = length.value_or(0) > 0 && request().method != "HEAD";
  if (sends_content_) {
    answered_bytes_ = *length;
    body_.put_whole(response.body);
  }
  submit_head(response, length, sends_content_ ? Content::kFollows : Content::kNone);
  connection_.send_soon();
}

Task<bool> StreamExchange::inform(const Response& interim) {
  if (gone_) co_return false;
  // RFC 9113, 8.6: there is no switching of protocols.
  if (answered() || interim.status == 101) co_return true;
  continue_due_ = false;
  submit_interim(interim);
  co_return true;
}

void StreamExchange::start(const Response& response, std::optional<std::uint64_t> length) {
  if (answered()) return;
  phase_ = Phase::kStreaming;
  const bool bodiless = is_bodiless(response.status);
  if (bodiless) length.reset();
  has_length_ = length.has_value();
  stream_left_ = length.value_or(0);
  sends_content_ = !bodiless && request().method != "HEAD";
  submit_head(response, length, sends_content_ ? Content::kFollows : Content::kNone);
}

Task<bool> StreamExchange::write(std::string_view bytes, Push push) {
  if (phase_ != Phase::kStreaming || gone_) co_return false;
  if (bytes.empty() || !sends_content_) co_return true;
  answered_bytes_ += bytes.size();
  if (has_length_) {
    if (bytes.size() > stream_left_) {  // the handler promised less
      abort();
      co_return false;
    }
    stream_left_ -= bytes.size();
  }
  if (body_.put(bytes, push)) co_return true;
  while (!body_.has_moved() && !gone_ && phase_ == Phase::kStreaming) co_await body_.moved().wait();
  co_return !gone_ && phase_ == Phase::kStreaming;
}

Task<bool> StreamExchange::flush() {
  body_.push();
  co_return !gone_ && phase_ != Phase::kAborted;
}

Task<bool> StreamExchange::finish(std::span<const Field> trailers) {
  if (phase_ != Phase::kStreaming || gone_) co_return false;
  if (has_length_ && sends_content_ && stream_left_ > 0) {
    abort();
    co_return false;
  }
  phase_ = Phase::kAnswered;
  for (const Field& field : trailers) {
    memory_->trailers_out.push_back(RequestFields::copy(field.name, field.value, memory_->arena));
  }
  body_.end();
  body_.push();
  co_return true;
}

void StreamExchange::abort() {
  phase_ = Phase::kAborted;
  body_.drop();
  reset(NGHTTP2_INTERNAL_ERROR);
}

void StreamExchange::watch_client(ClientWatcher* watcher) {
  watcher_ = watcher;
  // Who comes too late is told as well.
  if (gone_ && watcher_ != nullptr) std::exchange(watcher_, nullptr)->client_left();
}

void StreamExchange::reset(std::uint32_t error) {
  if (!open_) return;
  nghttp2_submit_rst_stream(connection_.session(), NGHTTP2_FLAG_NONE, id_, error);
  connection_.send_soon();
}

}  // namespace barbacane::http::h2
