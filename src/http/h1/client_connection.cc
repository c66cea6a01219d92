#include "http/h1/client_connection.h"

#include <algorithm>
#include <utility>

#include "http/client/pool.h"
#include "http/h1/head_writer.h"
#include "http/h1/response_writer.h"
#include "net/tls_session.h"

namespace barbacane::http::h1 {

namespace {

using client::BodyPart;
using client::CallError;
using client::CallFailure;
using client::OutgoingRequest;
using net::Task;
using Io = net::Stream::Io;
using std::chrono::milliseconds;

/// An answer with a larger head is refused.
constexpr std::size_t kMaxHead = 128 * 1024;
/// Interim answers before the answer; more are a flood.
constexpr unsigned kMaxInterimHeads = 32;
/// Pieces of a body up to this size are copied behind each other instead of being sent one by one.
constexpr std::size_t kCopiedPart = 8 * 1024;
constexpr std::size_t kGatheredOutput = 64 * 1024;

}  // namespace

ClientConnection::ClientConnection(client::Pool& pool, std::size_t upstream_id,
                                   std::unique_ptr<net::Stream> stream)
    : pool_(pool), upstream_id_(upstream_id), stream_(std::move(stream)) {}

ClientConnection::~ClientConnection() { pool_.forget(upstream_id_); }

// ---- between calls --------------------------------------------------------------------------

void ClientConnection::begin_call() {
  stream_->stop_listening();
  workspace_ = pool_.workspaces().take();
  framing_ = {};
  send_left_ = 0;
  interim_heads_ = 0;
  sends_chunks_ = sent_ = answering_ = final_head_ = filled_ = false;
}

void ClientConnection::leave_call() {
  pool_.workspaces().give_back(std::move(workspace_));
  reused_ = true;
}

void ClientConnection::lie_idle() {
  disturbed_ = false;
  stream_->listen(*this, net::Descriptor::Listen::kAnything);
}

bool ClientConnection::still_open() {
  if (!disturbed_) return true;
  // With TLS it may have been no more than a session ticket.
  if (stream_->tls() == nullptr || !stream_->tls()->is_idle_and_open()) return false;
  disturbed_ = false;
  stream_->listen(*this, net::Descriptor::Listen::kAnything);
  return true;
}

void ClientConnection::end() {
  const bool whole = sent_ && final_head_ && body().done() && workspace_->input.empty() &&
                     (!workspace_->window || workspace_->window->empty());
  const bool fit = framing_.keep_alive && !broken_ && !write_broken_ && !cancelled_;
  std::unique_ptr<ClientConnection> self(this);
  if (whole && fit) {
    pool_.give_back(std::move(self));
  } else {
    // Half a request lies in the kernel as long as the upstream does not read it: a reset tells
    // now.
    if (!sent_ || write_broken_) stream_->reset_on_close();
    pool_.workspaces().give_back(std::move(workspace_));
  }
}

void ClientConnection::cancel() {
  cancelled_ = true;
  stream_->cancel();
}

CallError ClientConnection::failure(CallFailure kind, std::string_view text) const {
  if (cancelled_) return {CallFailure::kCancelled, "the call was given up"};
  return {kind, std::string(text)};
}

CallError ClientConnection::ended() const {
  if (reused_ && !answering_) return failure(CallFailure::kStale, "a kept connection was closed");
  if (!answering_)
    return failure(CallFailure::kUnanswered, "the connection ended without an answer");
  return failure(CallFailure::kBroken, "the connection ended in the middle of the answer");
}

CallError ClientConnection::not_in_time() const {
  return failure(CallFailure::kTimeout,
                 final_head_ ? "no more of the answer in time" : "no answer in time");
}

// ---- the request ----------------------------------------------------------------------------

Task<std::expected<void, CallError>> ClientConnection::send(const OutgoingRequest& request,
                                                            milliseconds patience) {
  using Body = OutgoingRequest::Body;
  asked_for_head_ = request.method == "HEAD";
  upgrading_ = !request.upgrade.empty();
  sends_chunks_ = request.framing == Body::kUnknown;
  const bool whole = request.framing == Body::kNone || request.framing == Body::kWhole;
  send_left_ = request.framing == Body::kLength ? request.length : 0;
  {
    constexpr std::size_t kRest = 128;  // version, `host`, framing, line ends
    HeadWriter head(workspace_->output, kRest + request.method.size() + request.target.size() +
                                            request.authority.size() + request.upgrade.size() +
                                            room_for(request.fields));
    head.put(request.method);
    head.put(" ");
    head.put(request.target);
    head.put(" HTTP/1.1\r\nhost: ");
    head.put(request.authority);
    head.put("\r\n");
    for (const Field& field : request.fields) head.put_field(field);
    if (upgrading_) {
      head.put("connection: Upgrade\r\nupgrade: ");
      head.put(request.upgrade);
      head.put("\r\n");
    }
    if (sends_chunks_) {
      head.put("transfer-encoding: chunked\r\n");
    } else if (request.framing != Body::kNone) {
      head.put("content-length: ");
      head.put(std::uint64_t{whole ? request.body.size() : request.length});
      head.put("\r\n");
    }
    head.put("\r\n");
  }
  sent_ = whole || (request.framing == Body::kLength && request.length == 0);
  const bool sent = co_await flush_with(whole ? request.body : std::string_view{}, patience);
  // Who closes early may have answered before: reading will tell.
  if (sent || !write_alarm_.rang()) co_return {};
  co_return std::unexpected(not_in_time());
}

Task<bool> ClientConnection::write(std::string_view bytes, Push push, milliseconds patience) {
  if (sent_ || write_broken_ || cancelled_) co_return false;
  if (bytes.empty()) co_return true;
  std::string& out = workspace_->output;
  if (sends_chunks_) {
    append_chunk_size(out, bytes.size());
  } else {
    if (bytes.size() > send_left_) co_return false;
    send_left_ -= bytes.size();
    sent_ = send_left_ == 0;
  }
  if (bytes.size() <= kCopiedPart) {
    out += bytes;
  } else if (!co_await flush_with(bytes, patience)) {
    co_return false;
  }
  if (sends_chunks_) out += "\r\n";
  if (push == Push::kWithNext && !sent_ && out.size() < kGatheredOutput) co_return true;
  co_return co_await flush_with({}, patience);
}

Task<bool> ClientConnection::finish(std::span<const Field> trailers, milliseconds patience) {
  if (write_broken_) co_return false;
  if (!sends_chunks_) co_return sent_;
  append_last_chunk(workspace_->output, trailers);
  sent_ = true;
  co_return co_await flush_with({}, patience);
}

Task<bool> ClientConnection::flush_with(std::string_view bytes, milliseconds patience) {
  std::string_view head = workspace_->output;
  while (!head.empty() || !bytes.empty()) {
    const Io io = stream_->write(head, bytes);
    if (io == Io::kDone) continue;
    bool granted = false;
    if (io == Io::kWait && !cancelled_) {
      write_alarm_.arm(pool_.loop().timers(), patience);
      granted = co_await stream_->writable();
      write_alarm_.disarm();
    }
    // Whatever the reason: the upstream still expects bytes, so nothing else may follow.
    write_broken_ = !granted || cancelled_;
    if (write_broken_) co_return false;
  }
  workspace_->output.clear();
  co_return true;
}

// ---- the answer -----------------------------------------------------------------------------

Task<std::expected<const ResponseHead*, CallError>> ClientConnection::read_head(
    client::TimePoint deadline) {
  InputBuffer& input = workspace_->input;
  workspace_->begin_head();
  for (;;) {
    if (!input.empty()) {
      answering_ = true;
      if (auto head = parse_head()) co_return *head;
    }
    const auto left = std::chrono::ceil<milliseconds>(deadline - pool_.loop().now());
    if (left.count() <= 0) co_return std::unexpected(not_in_time());
    if (auto error = co_await receive(input, left)) co_return std::unexpected(std::move(*error));
  }
}

std::optional<std::expected<const ResponseHead*, CallError>> ClientConnection::parse_head() {
  InputBuffer& input = workspace_->input;
  ResponseHead& head = workspace_->head;
  const auto refuse = [&](std::string_view text) {
    broken_ = true;
    return std::unexpected(failure(CallFailure::kInvalid, text));
  };
  std::size_t length = 0;
  const ResponseParser::Status status = workspace_->parser.parse(input.unread(), head, length);
  if (status == ResponseParser::Status::kRefused) return refuse("the answer is not valid HTTP/1.1");
  if (status == ResponseParser::Status::kNeedMore) {
    if (input.unread().size() >= kMaxHead) return refuse("the head of the answer is too large");
    if (input.free_size() == 0) input.grow(input.capacity());
    return std::nullopt;
  }
  if (head.interim()) {
    if (++interim_heads_ > kMaxInterimHeads) return refuse("too many interim answers");
    input.consume(length);
    return &head;
  }
  if (head.status == 101 && !upgrading_) return refuse("the upstream switches protocols unasked");
  if (!frame_response(head, asked_for_head_ ? "HEAD" : "", framing_))
    return refuse("the framing of the answer is ambiguous");
  if (head.status == 101) framing_.keep_alive = false;  // no HTTP any more, wanted or not
  input.pin_head(length);
  final_head_ = true;
  body().begin(framing_.body, framing_.length);
  return &head;
}

std::optional<std::uint64_t> ClientConnection::body_length() const {
  return workspace_->head.content_length;
}

BodyPart ClientConnection::buffered_part() {
  using Status = BodyReader::Part::Status;
  const BodyReader::Part part =
      body().next(body_input(workspace_->input, workspace_->window, body()));
  if (part.status == Status::kData) return part.data;
  if (part.status == Status::kMalformed) {
    broken_ = true;
    return std::unexpected(
        failure(CallFailure::kInvalid, "the chunks of the answer are malformed"));
  }
  return std::string_view{};
}

Task<BodyPart> ClientConnection::read_body_part(milliseconds patience) {
  for (;;) {
    BodyPart part = buffered_part();
    if (!part || !part->empty() || body().done()) co_return part;
    InputBuffer& input = body_input(workspace_->input, workspace_->window, body());
    auto error = co_await receive(input, patience);
    if (!error) continue;
    if (error->failure == CallFailure::kBroken && orderly_end_ && body().end_of_connection())
      co_return std::string_view{};
    co_return std::unexpected(std::move(*error));
  }
}

Tunnel ClientConnection::tunnel() {
  const std::string_view received = workspace_->input.unread();
  workspace_->input.consume(received.size());
  return {stream_.get(), received};
}

void ClientConnection::append_trailers(std::pmr::vector<Field>& fields) const {
  body().append_trailers(fields);
}

Task<std::optional<CallError>> ClientConnection::receive(InputBuffer& input,
                                                         milliseconds patience) {
  for (;;) {
    if (cancelled_) co_return not_in_time();
    if (!filled_) {
      read_alarm_.arm(pool_.loop().timers(), patience);
      const bool granted = co_await stream_->readable();
      read_alarm_.disarm();
      if (!granted) co_return not_in_time();
    }
    const std::size_t room = input.free_size();
    std::size_t got = 0;
    const Io io = stream_->read(input.free_space(), room, got);
    filled_ = got == room;
    if (io == Io::kDone) {
      input.received(got);
      co_return std::nullopt;
    }
    if (io == Io::kWait) continue;
    broken_ = true;
    orderly_end_ = io == Io::kEnd;
    co_return ended();
  }
}

}  // namespace barbacane::http::h1
