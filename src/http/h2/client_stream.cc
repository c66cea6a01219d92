#include "http/h2/client_stream.h"

#include <charconv>
#include <utility>

#include <nghttp2/nghttp2.h>

#include "http/h1/strict.h"
#include "http/h2/client_connection.h"
#include "http/h2/outgoing_fields.h"
#include "http/h2/request_fields.h"

namespace barbacane::http::h2 {

namespace {

using client::BodyPart;
using client::CallError;
using client::CallFailure;
using client::OutgoingRequest;
using net::Task;
using std::chrono::milliseconds;

/// As with HTTP/1.1: an answer with more of them is refused. Interim heads and trailers count.
constexpr std::size_t kMaxHead = 128 * 1024;
constexpr std::size_t kMaxFields = 1000;
constexpr unsigned kMaxInterimHeads = 32;
/// A kept connection that ends so soon, without a word, had been closed before it was used.
constexpr milliseconds kStaleWithin{1000};
/// Field lines of an ordinary answer; more make the arena grow.
constexpr std::size_t kExpectedFields = 16;

}  // namespace

ClientStream::ClientStream(std::shared_ptr<ClientConnection> connection,
                           std::unique_ptr<Memory> memory)
    : connection_(*connection),
      keep_(std::move(connection)),
      memory_(std::move(memory)),
      body_(connection_, *memory_),
      readable_(connection_.loop()),
      reused_(connection_.has_served()) {}

ClientStream::~ClientStream() { connection_.streams().give_back(std::move(memory_)); }

// ---- what comes -----------------------------------------------------------------------------

void ClientStream::begin_fields() {
  if (final_head_) return;  // trailers
  memory_->head.emplace_back(&memory_->arena).fields.reserve(kExpectedFields);
  memory_->head.back().version = Version::kHttp2;
}

void ClientStream::add_field(std::string_view name, std::string_view value) {
  fields_size_ += name.size() + value.size();
  if (fields_size_ > kMaxHead || ++fields_count_ > kMaxFields)
    return is_invalid("the head of the answer is too large");
  if (final_head_) {
    memory_->trailers.push_back(RequestFields::copy(name, value, memory_->arena));
    return;
  }
  ResponseHead& head = memory_->head.back();
  if (name == ":status") {
    std::from_chars(value.data(), value.data() + value.size(), head.status);
    return;
  }
  const Field field = RequestFields::copy(name, value, memory_->arena);
  if (field.known == KnownField::kContentLength)
    head.content_length = h1::parse_content_length(field.value);
  head.fields.push_back(field);
}

void ClientStream::fields_complete() {
  if (final_head_) return;
  const int status = memory_->head.back().status;
  if (status < 100 || status > 999) return is_invalid("the status of the answer is not valid");
  final_head_ = !memory_->head.back().interim();
  if (++heads_complete_ > kMaxInterimHeads && !final_head_)
    return is_invalid("too many interim answers");
  readable_.pulse();
}

void ClientStream::receive(std::string_view bytes) {
  unconsumed_ += bytes.size();
  memory_->incoming += bytes;
  readable_.pulse();
}

void ClientStream::answer_ended() {
  answer_ended_ = true;
  readable_.pulse();
}

void ClientStream::is_invalid(std::string_view text) {
  fail(CallFailure::kInvalid, std::string(text));
}

void ClientStream::closed(std::uint32_t error_code) {
  open_ = false;
  if (error_code == NGHTTP2_REFUSED_STREAM && heads_complete_ == 0) {
    fail(CallFailure::kUntouched, "the upstream did not take the request");
  } else if (error_code == NGHTTP2_HTTP_1_1_REQUIRED && heads_complete_ == 0) {
    connection_.fall_back();
    fail(CallFailure::kUntouched, "the upstream wants HTTP/1.1");
  } else if (!answer_ended_ && !reset_by_upstream_ && error_code != NGHTTP2_NO_ERROR) {
    fail(CallFailure::kInvalid, "the answer is not valid HTTP/2");
  } else if (!answer_ended_) {
    fail(final_head_ ? CallFailure::kBroken : CallFailure::kUnanswered,
         std::string("the upstream reset the stream: ") + nghttp2_http2_strerror(error_code));
  }
  no_more();
}

void ClientStream::connection_lost() {
  open_ = false;
  const bool stale = reused_ && heads_complete_ == 0 && connection_.silent_since(sent_at_) &&
                     connection_.loop().now() - sent_at_ < kStaleWithin;
  if (!answer_ended_ && stale) {
    fail(CallFailure::kStale, "a kept connection was closed");
  } else if (!answer_ended_ && heads_complete_ == 0) {
    fail(CallFailure::kUnanswered, "the connection ended without an answer");
  } else if (!answer_ended_) {
    fail(CallFailure::kBroken, "the connection ended in the middle of the answer");
  }
  no_more();
}

void ClientStream::no_more() {
  body_.close();
  body_.drop();
  readable_.pulse();
}

void ClientStream::fail(CallFailure failure, std::string text) {
  if (error_) return;
  error_ = CallError{failure, std::move(text)};
  reset(failure == CallFailure::kInvalid ? NGHTTP2_PROTOCOL_ERROR : NGHTTP2_CANCEL);
  readable_.pulse();
}

CallError ClientStream::error() const {
  if (cancelled_) return {CallFailure::kCancelled, "the call was given up"};
  return *error_;
}

CallError ClientStream::not_in_time(std::string_view text) const {
  if (cancelled_) return error();
  connection_.doubt();
  return {CallFailure::kTimeout, std::string(text)};
}

void ClientStream::reset(std::uint32_t error_code) {
  if (!open_ || connection_.lost()) return;
  nghttp2_submit_rst_stream(connection_.session(), NGHTTP2_FLAG_NONE, id_, error_code);
  connection_.send_soon();
}

void ClientStream::consume() {
  const std::size_t count = std::exchange(unconsumed_, 0);
  if (count == 0 || !open_ || answer_ended_ || connection_.lost()) return;
  nghttp2_session_consume_stream(connection_.session(), id_, count);
  if (nghttp2_session_want_write(connection_.session()) != 0) connection_.send_soon();
}

// ---- the request ----------------------------------------------------------------------------

Task<std::expected<void, CallError>> ClientStream::send(const OutgoingRequest& request,
                                                        milliseconds) {
  using Body = OutgoingRequest::Body;
  if (cancelled_) co_return std::unexpected(error());
  if (!request.upgrade.empty())
    co_return std::unexpected(CallError{CallFailure::kInvalid, "HTTP/2 switches no protocols"});
  // It may have gone since it was chosen.
  if (!connection_.takes_requests())
    co_return std::unexpected(CallError{CallFailure::kUntouched, "a kept connection was closed"});
  const auto fields = outgoing_fields().request(request, connection_.scheme());
  const bool streams =
      request.framing == Body::kUnknown || (request.framing == Body::kLength && request.length > 0);
  const bool whole = request.framing == Body::kWhole && !request.body.empty();
  if (whole) body_.put_whole(request.body);
  body_ended_ = !streams;
  has_length_ = request.framing == Body::kLength;
  send_left_ = request.length;
  nghttp2_data_provider body = body_.provider();
  id_ = nghttp2_submit_request(connection_.session(), nullptr, fields.data(), fields.size(),
                               whole || streams ? &body : nullptr, this);
  if (id_ < 0) {
    co_return std::unexpected(
        CallError{CallFailure::kUntouched, std::string("no stream: ") + nghttp2_strerror(id_)});
  }
  open_ = begun_ = true;
  sent_at_ = connection_.loop().now();
  body_.belongs_to(id_);
  connection_.send_request();
  co_return {};
}

Task<bool> ClientStream::write(std::string_view bytes, Push push, milliseconds patience) {
  if (!takes_body()) co_return false;
  if (bytes.empty()) co_return true;
  if (has_length_) {
    if (bytes.size() > send_left_) co_return false;
    send_left_ -= bytes.size();
    body_ended_ = send_left_ == 0;
    if (body_ended_) body_.end();
  }
  if (body_.put(bytes, body_ended_ ? Push::kNow : push)) co_return open_;
  write_patience_.begin(connection_.loop().timers(), patience);
  auto moved_at = body_.moved_at();
  while (!body_.has_moved() && open_ && !cancelled_) {
    co_await body_.moved().wait();
    if (!write_patience_.over()) continue;
    // A part that moves slowly does not stand still.
    if (body_.moved_at() == moved_at) break;
    moved_at = body_.moved_at();
    write_patience_.begin(connection_.loop().timers(), patience);
  }
  write_patience_.disarm();
  write_broken_ = !body_.has_moved() || !open_ || cancelled_;
  // The bytes are the caller's again.
  if (write_broken_) body_.drop();
  co_return !write_broken_;
}

Task<bool> ClientStream::finish(std::span<const Field> trailers, milliseconds) {
  if (write_broken_ || cancelled_) co_return false;
  if (has_length_) co_return body_ended_;
  if (body_ended_) co_return true;
  for (const Field& field : trailers) {
    memory_->trailers_out.push_back(RequestFields::copy(field.name, field.value, memory_->arena));
  }
  body_ended_ = true;
  body_.end();
  body_.push();
  co_return open_;
}

// ---- the answer -----------------------------------------------------------------------------

Task<std::expected<const ResponseHead*, CallError>> ClientStream::read_head(
    client::TimePoint deadline) {
  if (std::exchange(head_shown_, false)) memory_->head.pop_front();
  read_patience_.begin(connection_.loop().timers(),
                       std::chrono::ceil<milliseconds>(deadline - connection_.loop().now()));
  while (!has_head() && may_answer() && !read_patience_.over()) co_await readable_.wait();
  read_patience_.disarm();
  // What is wrong with an answer is wrong from its head on.
  const bool invalid = error_ && error_->failure == CallFailure::kInvalid;
  if (cancelled_ || invalid || (error_ && !has_head())) co_return std::unexpected(error());
  if (!has_head() && answer_ended_) {
    co_return std::unexpected(CallError{CallFailure::kInvalid, "an answer without a status"});
  }
  if (!has_head()) co_return std::unexpected(not_in_time("no answer in time"));
  ++heads_seen_;
  head_shown_ = true;
  co_return &memory_->head.front();
}

std::optional<std::uint64_t> ClientStream::body_length() const {
  return memory_->head.front().content_length;
}

BodyPart ClientStream::buffered_part() {
  std::string& handed = memory_->handed;
  handed.clear();
  if (memory_->incoming.empty() && error_) return std::unexpected(error());
  handed.swap(memory_->incoming);
  consume();
  return std::string_view(handed);
}

Task<BodyPart> ClientStream::read_body_part(milliseconds patience) {
  read_patience_.begin(connection_.loop().timers(), patience);
  while (memory_->incoming.empty() && may_answer() && !read_patience_.over())
    co_await readable_.wait();
  read_patience_.disarm();
  if (cancelled_) co_return std::unexpected(error());
  if (read_patience_.over() && memory_->incoming.empty() && !answer_ended_ && !error_)
    co_return std::unexpected(not_in_time("no more of the answer in time"));
  co_return buffered_part();
}

void ClientStream::append_trailers(std::pmr::vector<Field>& fields) const {
  fields.insert(fields.end(), memory_->trailers.begin(), memory_->trailers.end());
}

// ---- the end --------------------------------------------------------------------------------

void ClientStream::cancel() {
  cancelled_ = true;
  readable_.pulse();
  body_.drop();
}

void ClientStream::end() {
  const std::shared_ptr<ClientConnection> connection = std::move(keep_);
  body_.drop();
  // Nobody reads or writes on, so neither need the upstream.
  reset(NGHTTP2_CANCEL);
  connection->call_over(*this);
}

}  // namespace barbacane::http::h2
