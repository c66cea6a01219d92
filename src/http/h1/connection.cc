#include "http/h1/connection.h"

#include <utility>

#include "http/detail/bare_answers.h"
#include "http/h2/serve.h"
#include "http/response_fields.h"

namespace barbacane::http::h1 {

namespace {

using net::Task;

/// Buffered answers with a larger body are sent from where the body lies.
constexpr std::size_t kCopiedBody = 8 * 1024;
/// Answers to pipelined requests are gathered up to this size.
constexpr std::size_t kGatheredOutput = 64 * 1024;
/// Room kept behind a head for the body, so that reading never moves the head.
constexpr std::size_t kBodyWindow = 4 * 1024;
/// An unread body up to this size is read and dropped to keep the connection.
constexpr std::uint64_t kDrainedBody = 64 * 1024;
/// How long, and how much, a closing connection still reads so that its answer is not lost to a
/// reset (RFC 9112, 9.6).
constexpr std::chrono::milliseconds kLinger{1000};
constexpr std::size_t kLingerBytes = 1 << 20;

}  // namespace

Connection::Connection(std::shared_ptr<ServerState> server, std::unique_ptr<net::Stream> stream,
                       const PeerName& peer)
    : Member(server), server_(std::move(server)), stream_(std::move(stream)), peer_(peer) {}

Connection::~Connection() = default;

Scheme Connection::scheme() const {
  return stream_->tls() == nullptr ? Scheme::kHttp : Scheme::kHttps;
}

Task<> Connection::serve(std::unique_ptr<Connection> connection) {
  co_await connection->run();
  if (!connection->found_http2_) co_return;
  std::shared_ptr<ServerState> server = connection->server_;
  std::unique_ptr<net::Stream> stream = std::move(connection->stream_);
  const PeerName peer = connection->peer_;
  std::string bytes(connection->workspace_->input.unread());
  connection.reset();
  co_await h2::serve(std::move(server), std::move(stream), peer, std::move(bytes));
}

void Connection::drain() {
  if (idle_) return cut();
  if (switched_ && watcher_ != nullptr) watcher_->server_drains();
}

void Connection::cut() {
  broken_ = true;
  stream_->cancel();
}

void Connection::came_unasked() {
  if (watcher_ != nullptr) std::exchange(watcher_, nullptr)->client_left();
}

void Connection::watch_client(ClientWatcher* watcher) {
  watcher_ = watcher;
  if (watcher == nullptr) {
    stream_->stop_listening();
  } else {
    stream_->listen(*this, net::Descriptor::Listen::kHangUp);
  }
}

Task<> Connection::run() {
  bool going_on = co_await next_request();
  while (going_on) {
    co_await server_->handler.handle(*this);
    going_on = co_await end_request();
    if (going_on) going_on = co_await next_request();
  }
  read_alarm_.disarm();
  if (found_http2_) co_return;
  if (workspace_) server_->workspaces.give_back(std::move(workspace_));
  stream_->close();
}

// ---- requests -------------------------------------------------------------------------------

Task<bool> Connection::next_request() {
  for (;;) {
    if (workspace_ && !workspace_->input.empty()) {
      const HeadResult result = try_parse_head();
      if (result == HeadResult::kReady) {
        read_alarm_.disarm();
        head_timed_ = false;
        begin_exchange();
        co_return true;
      }
      if (result == HeadResult::kRefused) {
        found_http2_ = begins_http2();
        if (found_http2_) co_return false;
        refuse(kBareBadRequest);
        co_await flush();
        co_await linger();
        co_return false;
      }
      // Answers gathered so far go out before the connection waits.
      if (!co_await flush()) co_return false;
      if (!std::exchange(head_timed_, true))
        read_alarm_.arm(loop().timers(), server_->options.keepalive_timeout);
    } else {
      if (workspace_) {
        if (!co_await flush()) co_return false;
        server_->workspaces.give_back(std::move(workspace_));
      }
      if (server_->draining) co_return false;
      idle_ = true;
      read_alarm_.arm(loop().timers(), server_->options.keepalive_timeout);
    }
    if (!co_await wait_readable(std::chrono::milliseconds{0})) {
      if (read_alarm_.rang() && !idle_ && !broken_) {
        refuse(kBareRequestTimeout);
        co_await flush();
      }
      co_return false;
    }
    if (!workspace_) {
      workspace_ = server_->workspaces.take();
      workspace_->begin_request();
    }
    idle_ = false;
    const net::Stream::Io io = receive(workspace_->input);
    if (io == net::Stream::Io::kEnd || io == net::Stream::Io::kBroken) co_return false;
  }
}

bool Connection::begins_http2() const {
  return !served_ && !skipped_line_ && stream_->tls() == nullptr &&
         workspace_->input.unread().starts_with("PRI * HTTP/2.0\r\n\r\n");
}

HeadResult Connection::try_parse_head() {
  InputBuffer& input = workspace_->input;
  RequestHead& head = workspace_->head;
  // RFC 9112, 2.2: one empty line before the request line is tolerated.
  if (!skipped_line_ && input.unread().starts_with("\r\n")) {
    input.consume(2);
    skipped_line_ = true;
  }
  if (input.empty() || input.unread() == "\r") return HeadResult::kIncomplete;
  const std::size_t max_head = server_->options.max_head;
  if (input.free_size() < kBodyWindow) input.grow(kBodyWindow);
  std::size_t length = 0;
  switch (workspace_->parser.parse_head(input.unread(), head, length)) {
    case RequestParser::HeadStatus::kComplete:
      if (length > max_head) break;  // came at once, and is no smaller for that
      input.pin_head(length);
      return HeadResult::kReady;
    case RequestParser::HeadStatus::kRefused:
      return HeadResult::kRefused;
    case RequestParser::HeadStatus::kNeedMore:
      break;
  }
  if (input.unread().size() < max_head) {
    if (input.free_size() < 2 * kBodyWindow) input.grow(4 * kBodyWindow);
    return HeadResult::kIncomplete;
  }
  read_overflowing_head(input.unread(), server_->options.max_target, head);
  return HeadResult::kReady;
}

void Connection::begin_exchange() {
  const RequestHead& head = workspace_->head;
  phase_ = Phase::kUnanswered;
  served_ = true;
  skipped_line_ = false;
  keep_alive_ = head.keep_alive;
  const BodyFraming framing = head.chunked      ? BodyFraming::kChunked
                              : head.has_body() ? BodyFraming::kLength
                                                : BodyFraming::kNone;
  body().begin(framing, head.content_length.value_or(0));
  continue_due_ = head.expects_continue && head.has_body() && workspace_->input.empty();
  answered_bytes_ = 0;
  answered_status_ = 0;
  unsent_body_ = {};
}

void Connection::refuse(std::string_view answer) {
  workspace_->output += answer;
  keep_alive_ = false;
}

Task<bool> Connection::end_request() {
  watch_client(nullptr);
  stopped_ = false;
  if (phase_ == Phase::kUnanswered) {
    Response failure(arena());
    failure.status = 500;
    respond(failure);
  }
  if (phase_ == Phase::kStreaming) abort();
  if (broken_ || phase_ == Phase::kAborted) co_return false;
  if (!unsent_body_.empty() && !co_await flush_with(std::exchange(unsent_body_, {})))
    co_return false;
  const bool overflowed = workspace_->head.overflow != RequestHead::Overflow::kNone;
  if (!body().done() || overflowed) {
    bool drained = false;
    if (keep_alive_ && !overflowed) drained = co_await drain_body();
    if (!drained) {
      co_await flush();
      co_await linger();
      co_return false;
    }
  }
  leave_window();
  if (will_close()) {
    co_await flush();
    if (!workspace_->input.empty() || stream_->has_unread()) co_await linger();
    co_return false;
  }
  if (workspace_->output.size() >= kGatheredOutput && !co_await flush()) co_return false;
  if (!workspace_->input.empty()) workspace_->begin_request();
  co_return true;
}

Task<bool> Connection::drain_body() {
  // A client that waits for 100 may send the body or not: only closing is unambiguous.
  if (continue_due_ || body().left() > kDrainedBody) co_return false;
  if (!co_await flush()) co_return false;
  const std::uint64_t limit = body().received() + kDrainedBody;
  while (!body().done() && body().received() <= limit) {
    if (!co_await read_body_part()) co_return false;
  }
  co_return body().done();
}

Task<> Connection::linger() {
  if (broken_) co_return;
  stream_->end_writes();
  read_alarm_.arm(loop().timers(), kLinger);
  std::array<char, 4096> sink;
  std::size_t total = 0;
  while (total < kLingerBytes && co_await wait_readable(std::chrono::milliseconds{0})) {
    std::size_t got = 0;
    const net::Stream::Io io = stream_->read(sink.data(), sink.size(), got);
    if (io == net::Stream::Io::kEnd || io == net::Stream::Io::kBroken) co_return;
    total += got;
  }
}

// ---- answers --------------------------------------------------------------------------------

bool Connection::will_close() const { return !keep_alive_ || server_->draining; }

Persistence Connection::persistence() const {
  if (will_close()) return Persistence::kClose;
  return request().version == Version::kHttp10 ? Persistence::kKeepAlive : Persistence::kDefault;
}

void Connection::settle_persistence() {
  // What nobody read decides whether the connection can go on, so it is decided before the head.
  if (!body().done() && (continue_due_ || body().left() > kDrainedBody)) keep_alive_ = false;
  if (workspace_->head.overflow != RequestHead::Overflow::kNone) keep_alive_ = false;
}

void Connection::respond(const Response& response) {
  if (answered()) return;
  phase_ = Phase::kAnswered;
  answered_status_ = response.status;
  settle_persistence();
  std::string& out = workspace_->output;
  if (is_bodiless(response.status)) {
    append_head(out, response, {Framing::Kind::kNone, 0}, persistence());
    return;
  }
  append_head(out, response, {Framing::Kind::kLength, response.body.size()}, persistence());
  if (request().method == "HEAD") return;
  answered_bytes_ = response.body.size();
  if (response.body.size() <= kCopiedBody) {
    out += response.body;
  } else {
    unsent_body_ = response.body;
  }
}

Task<bool> Connection::inform(const Response& interim) {
  // RFC 9110, 15.2: clients of HTTP/1.0 know no interim answers.
  if (answered() || request().version == Version::kHttp10) co_return !broken_;
  continue_due_ = false;
  append_head(workspace_->output, interim, {Framing::Kind::kInterim, 0}, Persistence::kDefault);
  co_return co_await flush();
}

void Connection::start(const Response& response, std::optional<std::uint64_t> length) {
  if (answered()) return;
  phase_ = Phase::kStreaming;
  answered_status_ = response.status;
  stream_left_ = length.value_or(0);
  settle_persistence();
  if (is_bodiless(response.status)) {
    stream_framing_ = Framing::Kind::kNone;
  } else if (length) {
    stream_framing_ = Framing::Kind::kLength;
  } else if (request().version == Version::kHttp10) {
    stream_framing_ = Framing::Kind::kClose;
    keep_alive_ = false;
  } else {
    stream_framing_ = Framing::Kind::kChunked;
  }
  append_head(workspace_->output, response, {stream_framing_, stream_left_}, persistence());
  if (request().method == "HEAD") stream_framing_ = Framing::Kind::kNone;
}

Task<bool> Connection::write(std::string_view bytes, Push push) {
  if (phase_ != Phase::kStreaming || broken_) co_return false;
  if (bytes.empty() || stream_framing_ == Framing::Kind::kNone) co_return true;
  answered_bytes_ += bytes.size();
  if (stream_framing_ == Framing::Kind::kLength) {
    if (bytes.size() > stream_left_) {  // the handler promised less
      abort();
      co_return false;
    }
    stream_left_ -= bytes.size();
  }
  std::string& out = workspace_->output;
  const bool chunked = stream_framing_ == Framing::Kind::kChunked;
  if (chunked) append_chunk_size(out, bytes.size());
  if (bytes.size() <= kCopiedBody) {
    out += bytes;
  } else if (!co_await flush_with(bytes)) {
    co_return false;
  }
  if (chunked) out += "\r\n";
  if (push == Push::kWithNext && out.size() < kGatheredOutput) co_return true;
  co_return co_await flush();
}

Task<bool> Connection::finish(std::span<const Field> trailers) {
  if (phase_ != Phase::kStreaming || broken_) co_return false;
  if (stream_framing_ == Framing::Kind::kLength && stream_left_ > 0) {
    abort();
    co_return false;
  }
  phase_ = Phase::kAnswered;
  if (stream_framing_ == Framing::Kind::kChunked) append_last_chunk(workspace_->output, trailers);
  co_return co_await flush();
}

Task<std::optional<Tunnel>> Connection::switch_protocols(const Response& response,
                                                         std::string_view protocol) {
  if (answered() || request().version == Version::kHttp10) co_return std::nullopt;
  append_switching_head(workspace_->output, response, protocol);
  if (!co_await flush()) co_return std::nullopt;
  phase_ = Phase::kAnswered;
  answered_status_ = response.status;
  switched_ = true;
  keep_alive_ = false;
  const std::string_view received = workspace_->input.unread();
  workspace_->input.consume(received.size());
  co_return Tunnel{stream_.get(), received};
}

Task<> Connection::release_earlier_answers() { co_await flush(); }

void Connection::abort() {
  phase_ = Phase::kAborted;
  broken_ = true;
  // A reset, so that the client cannot take what it has for the whole (RFC 9112, 8).
  stream_->reset_on_close();
}

}  // namespace barbacane::http::h1
