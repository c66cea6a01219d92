// How a connection reads bodies and moves bytes; its life is in connection.cc.

#include <algorithm>
#include <cerrno>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/socket.h>

#include "http/h1/connection.h"

namespace barbacane::http::h1 {

namespace {

using net::Task;
using BodyPart = std::expected<std::string_view, BodyError>;

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

// ---- bodies ---------------------------------------------------------------------------------

Task<std::optional<BodyError>> Connection::receive_body_bytes() {
  if (continue_due_) {
    continue_due_ = false;
    workspace_->output += kContinue;
    if (!co_await flush()) co_return BodyError::kClientGone;
  }
  Io result = receive();
  while (result == Io::kWait) {
    if (!co_await flush()) co_return BodyError::kClientGone;
    const bool readable = co_await wait_readable(server_->options.body_timeout);
    if (!readable) {
      keep_alive_ = false;
      co_return std::exchange(timed_out_, false) ? BodyError::kTimeout : BodyError::kClientGone;
    }
    result = receive();
  }
  if (result == Io::kEnd) co_return BodyError::kClientGone;
  co_return std::nullopt;
}

Task<BodyPart> Connection::read_body_part() {
  if (body_done_) co_return std::string_view{};
  InputBuffer& input = workspace_->input;
  input.rewind_to_head();
  if (workspace_->head.chunked) co_return co_await next_chunk();
  if (input.empty()) {
    if (const auto error = co_await receive_body_bytes()) co_return std::unexpected(*error);
  }
  const std::size_t length = std::min<std::uint64_t>(input.unread().size(), body_left_);
  const std::string_view part = input.unread().substr(0, length);
  input.consume(length);
  body_left_ -= length;
  received_bytes_ += length;
  body_done_ = body_left_ == 0;
  co_return part;
}

Task<BodyPart> Connection::next_chunk() {
  InputBuffer& input = workspace_->input;
  for (;;) {
    const ChunkDecoder::Step step = workspace_->chunks.next(input.unread());
    input.consume(step.consumed);
    using Status = ChunkDecoder::Step::Status;
    if (step.status == Status::kData) {
      received_bytes_ += step.data.size();
      co_return step.data;
    }
    if (step.status == Status::kEnd) {
      body_done_ = true;
      co_return std::string_view{};
    }
    if (step.status == Status::kRefused) {
      keep_alive_ = false;
      co_return std::unexpected(BodyError::kMalformed);
    }
    input.rewind_to_head();
    if (const auto error = co_await receive_body_bytes()) co_return std::unexpected(*error);
  }
}

Task<BodyPart> Connection::read_body(std::size_t limit) {
  const RequestHead& head = workspace_->head;
  if (head.content_length && *head.content_length > limit)
    co_return std::unexpected(BodyError::kTooLarge);
  InputBuffer& input = workspace_->input;
  // A body that fits behind its head is used where it lies.
  while (!head.chunked && body_left_ > input.unread().size() &&
         body_left_ - input.unread().size() <= input.free_size()) {
    if (const auto error = co_await receive_body_bytes()) co_return std::unexpected(*error);
  }
  if (!head.chunked && body_left_ <= input.unread().size()) co_return co_await read_body_part();
  std::string& body = workspace_->body;
  while (!body_done_) {
    const BodyPart part = co_await read_body_part();
    if (!part) co_return part;
    if (part->size() > limit - body.size()) co_return std::unexpected(BodyError::kTooLarge);
    body += *part;
  }
  body.reserve(body.size() + InputBuffer::kPadding);
  co_return std::string_view(body);
}

// ---- socket ---------------------------------------------------------------------------------

Connection::Io Connection::receive() {
  InputBuffer& input = workspace_->input;
  for (;;) {
    const ssize_t got =
        ::recv(socket_.native_handle(), input.free_space(), input.free_size(), MSG_DONTWAIT);
    if (got > 0) {
      input.received(static_cast<std::size_t>(got));
      return Io::kDone;
    }
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return Io::kWait;
    broken_ = true;
    return Io::kEnd;
  }
}

Connection::Io Connection::send(std::string_view& bytes) {
  while (!bytes.empty()) {
    const ssize_t sent =
        ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return Io::kWait;
    broken_ = true;
    return Io::kEnd;
  }
  return Io::kDone;
}

Task<bool> Connection::wait_readable(std::chrono::milliseconds patience) {
  if (broken_ || timed_out_) co_return false;
  if (patience.count() > 0) arm(loop().timers(), patience);
  boost::system::error_code error;
  co_await socket_.async_wait(
      boost::asio::socket_base::wait_read,
      boost::asio::redirect_error(boost::asio::use_awaitable_t<net::Executor>{}, error));
  if (patience.count() > 0) disarm();
  co_return !error && !broken_ && !timed_out_;
}

Task<bool> Connection::wait_writable() {
  if (broken_ || timed_out_) co_return false;
  arm(loop().timers(), server_->options.body_timeout);
  boost::system::error_code error;
  co_await socket_.async_wait(
      boost::asio::socket_base::wait_write,
      boost::asio::redirect_error(boost::asio::use_awaitable_t<net::Executor>{}, error));
  disarm();
  co_return !error && !broken_ && !timed_out_;
}

Task<bool> Connection::flush() {
  std::string& out = workspace_->output;
  if (out.empty()) co_return !broken_;
  const bool sent = co_await send_all(out);
  out.clear();
  co_return sent;
}

Task<bool> Connection::send_all(std::string_view bytes) {
  Io result = send(bytes);
  while (result == Io::kWait) {
    const bool writable = co_await wait_writable();
    if (!writable) broken_ = true;
    result = writable ? send(bytes) : Io::kEnd;
  }
  co_return result == Io::kDone;
}

}  // namespace barbacane::http::h1
