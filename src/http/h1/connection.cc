#include "http/h1/connection.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <utility>

#include <sys/socket.h>

namespace barbacane::http::h1 {

namespace {

using net::Task;

constexpr std::string_view kBadRequest =
    "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
constexpr std::string_view kRequestTimeout =
    "HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

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

Connection::Connection(std::shared_ptr<ServerState> server, Socket socket)
    : Member(server), server_(std::move(server)), socket_(std::move(socket)) {
  boost::system::error_code ignored;
  const auto endpoint = socket_.remote_endpoint(ignored);
  boost::asio::ip::address address = endpoint.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    address = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
  const std::string text = address.to_string();
  std::copy_n(text.data(), std::min(text.size(), peer_text_.size() - 1), peer_text_.data());
  peer_port_ = endpoint.port();
}

Connection::~Connection() { --server_->cap.open; }

Task<> Connection::serve(std::unique_ptr<Connection> connection) { co_await connection->run(); }

void Connection::drain() {
  if (idle_) cut();
}

void Connection::cut() {
  broken_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void Connection::expired() {
  timed_out_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

Task<> Connection::run() {
  bool going_on = co_await next_request();
  while (going_on) {
    co_await server_->handler.handle(*this);
    going_on = co_await end_request();
    if (going_on) going_on = co_await next_request();
  }
  disarm();
  if (workspace_) server_->workspaces.give_back(std::move(workspace_));
  boost::system::error_code ignored;
  socket_.close(ignored);
}

// ---- requests -------------------------------------------------------------------------------

Task<bool> Connection::next_request() {
  for (;;) {
    if (workspace_ && !workspace_->input.empty()) {
      const HeadResult result = try_parse_head();
      if (result == HeadResult::kReady) {
        disarm();
        head_timed_ = false;
        begin_exchange();
        co_return true;
      }
      if (result == HeadResult::kRefused) {
        refuse(kBadRequest);
        co_await flush();
        co_await linger();
        co_return false;
      }
      // Answers gathered so far go out before the connection waits.
      if (!co_await flush()) co_return false;
      if (!std::exchange(head_timed_, true))
        arm(loop().timers(), server_->options.keepalive_timeout);
    } else {
      if (workspace_) {
        if (!co_await flush()) co_return false;
        server_->workspaces.give_back(std::move(workspace_));
      }
      if (server_->draining) co_return false;
      idle_ = true;
      arm(loop().timers(), server_->options.keepalive_timeout);
    }
    if (!co_await wait_readable(std::chrono::milliseconds{0})) {
      if (timed_out_ && !idle_ && !broken_) {
        timed_out_ = false;
        refuse(kRequestTimeout);
        co_await flush();
      }
      co_return false;
    }
    if (!workspace_) {
      workspace_ = server_->workspaces.take();
      workspace_->begin_request();
    }
    idle_ = false;
    if (receive() == Io::kEnd) co_return false;
  }
}

HeadResult Connection::try_parse_head() {
  InputBuffer& input = workspace_->input;
  RequestHead& head = workspace_->head;
  // RFC 9112, 2.2: one empty line before the request line is tolerated.
  if (input.unread().starts_with("\r\n")) input.consume(2);
  if (input.empty() || input.unread() == "\r") return HeadResult::kIncomplete;
  const std::size_t max_head = server_->options.max_head;
  if (input.free_size() < kBodyWindow) input.grow(kBodyWindow);
  std::size_t length = 0;
  switch (workspace_->parser.parse_head(input.unread(), head, length)) {
    case RequestParser::HeadStatus::kComplete:
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
  keep_alive_ = head.keep_alive;
  body_left_ = head.content_length.value_or(0);
  body_done_ = !head.has_body();
  continue_due_ = head.expects_continue && head.has_body() && workspace_->input.empty();
  received_bytes_ = 0;
  answered_bytes_ = 0;
  answered_status_ = 0;
  unsent_body_ = {};
}

void Connection::refuse(std::string_view answer) {
  workspace_->output += answer;
  keep_alive_ = false;
}

Task<bool> Connection::end_request() {
  if (phase_ == Phase::kUnanswered) {
    Response failure(arena());
    failure.status = 500;
    respond(failure);
  }
  if (phase_ == Phase::kStreaming) abort();
  if (broken_ || phase_ == Phase::kAborted) co_return false;
  if (!unsent_body_.empty()) {
    if (!co_await flush() || !co_await send_all(std::exchange(unsent_body_, {}))) co_return false;
  }
  const bool overflowed = workspace_->head.overflow != RequestHead::Overflow::kNone;
  if (!body_done_ || overflowed) {
    bool drained = false;
    if (keep_alive_ && !overflowed) drained = co_await drain_body();
    if (!drained) {
      co_await flush();
      co_await linger();
      co_return false;
    }
  }
  if (will_close()) {
    co_await flush();
    if (has_unread_bytes()) co_await linger();
    co_return false;
  }
  if (workspace_->output.size() >= kGatheredOutput && !co_await flush()) co_return false;
  if (!workspace_->input.empty()) workspace_->begin_request();
  co_return true;
}

Task<bool> Connection::drain_body() {
  // A client that waits for 100 may send the body or not: only closing is unambiguous.
  if (continue_due_ || body_left_ > kDrainedBody) co_return false;
  if (!co_await flush()) co_return false;
  const std::uint64_t limit = received_bytes_ + kDrainedBody;
  while (!body_done_ && received_bytes_ <= limit) {
    if (!co_await read_body_part()) co_return false;
  }
  co_return body_done_;
}

bool Connection::has_unread_bytes() {
  char byte;
  return !workspace_->input.empty() ||
         ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

Task<> Connection::linger() {
  if (broken_) co_return;
  boost::system::error_code ignored;
  socket_.shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
  arm(loop().timers(), kLinger);
  std::array<char, 4096> sink;
  std::size_t total = 0;
  while (total < kLingerBytes && co_await wait_readable(std::chrono::milliseconds{0})) {
    const ssize_t got = ::recv(socket_.native_handle(), sink.data(), sink.size(), MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) co_return;
    total += got > 0 ? static_cast<std::size_t>(got) : 0;
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
  if (!body_done_ && (continue_due_ || body_left_ > kDrainedBody)) keep_alive_ = false;
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

Task<bool> Connection::start(const Response& response, std::optional<std::uint64_t> length) {
  if (answered()) co_return false;
  phase_ = Phase::kStreaming;
  answered_status_ = response.status;
  stream_left_ = length.value_or(0);
  settle_persistence();
  const bool bodiless = is_bodiless(response.status);
  if (bodiless) {
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
  co_return co_await flush();
}

Task<bool> Connection::write(std::string_view bytes) {
  if (phase_ != Phase::kStreaming || broken_) co_return false;
  if (bytes.empty() || stream_framing_ == Framing::Kind::kNone) co_return true;
  answered_bytes_ += bytes.size();
  if (stream_framing_ == Framing::Kind::kLength) {
    if (bytes.size() > stream_left_) {
      abort();  // more than was promised would be read as the next answer
      co_return false;
    }
    stream_left_ -= bytes.size();
  }
  if (stream_framing_ != Framing::Kind::kChunked) co_return co_await send_all(bytes);
  std::array<char, 18> size;
  char* end = std::to_chars(size.data(), size.data() + 16, bytes.size(), 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  workspace_->output.append(size.data(), end);
  if (bytes.size() <= kCopiedBody) {
    workspace_->output += bytes;
  } else if (!co_await flush() || !co_await send_all(bytes)) {
    co_return false;
  }
  workspace_->output += "\r\n";
  co_return co_await flush();
}

Task<bool> Connection::finish() {
  if (phase_ != Phase::kStreaming || broken_) co_return false;
  if (stream_framing_ == Framing::Kind::kLength && stream_left_ > 0) {
    abort();
    co_return false;
  }
  phase_ = Phase::kAnswered;
  if (stream_framing_ == Framing::Kind::kChunked) workspace_->output += "0\r\n\r\n";
  co_return co_await flush();
}

Task<> Connection::release_earlier_answers() { co_await flush(); }

void Connection::abort() {
  phase_ = Phase::kAborted;
  broken_ = true;
  // A reset, so that the client cannot take what it has for the whole (RFC 9112, 8).
  boost::system::error_code ignored;
  socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
}

}  // namespace barbacane::http::h1
