// How a connection reads bodies and moves bytes; its life is in connection.cc.

#include <algorithm>
#include <utility>

#include "http/h1/connection.h"

namespace barbacane::http::h1 {

namespace {

using net::Task;
using Io = net::Stream::Io;
using BodyPart = std::expected<std::string_view, BodyError>;

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

// ---- bodies ---------------------------------------------------------------------------------

void Connection::leave_window() {
  if (!workspace_->window) return;
  workspace_->input.append(workspace_->window->unread());
  workspace_->window.reset();
}

Task<std::optional<BodyError>> Connection::receive_body_bytes() {
  if (continue_due_) {
    continue_due_ = false;
    workspace_->output += kContinue;
    if (!co_await flush()) co_return BodyError::kClientGone;
  }
  InputBuffer& input = body_input();
  Io io = receive(input);
  while (io == Io::kWait) {
    if (phase_ == Phase::kUnanswered && !co_await flush()) co_return BodyError::kClientGone;
    const bool readable = co_await wait_readable(server_->options.body_timeout);
    if (stopped_) co_return BodyError::kStopped;
    if (!readable) {
      keep_alive_ = false;
      const bool late = read_alarm_.rang();
      read_alarm_.forget();
      co_return late ? BodyError::kTimeout : BodyError::kClientGone;
    }
    io = receive(input);
  }
  if (io != Io::kDone) co_return BodyError::kClientGone;
  co_return std::nullopt;
}

Task<BodyPart> Connection::read_body_part() {
  using Status = BodyReader::Part::Status;
  for (;;) {
    const BodyReader::Part part = body().next(body_input());
    if (part.status == Status::kData) co_return part.data;
    if (part.status == Status::kEnd) co_return std::string_view{};
    if (part.status == Status::kMalformed) {
      keep_alive_ = false;
      co_return std::unexpected(BodyError::kMalformed);
    }
    if (const auto error = co_await receive_body_bytes()) co_return std::unexpected(*error);
  }
}

bool Connection::body_is_read() const {
  const BodyReader& body = workspace_->body_reader;
  return body.done() && body.framing() != BodyFraming::kChunked;
}

void Connection::stop_reading() {
  stopped_ = true;
  stream_->cancel(net::Descriptor::Direction::kRead);
}

void Connection::append_trailers(std::pmr::vector<Field>& fields) const {
  body().append_trailers(fields);
}

Task<BodyPart> Connection::read_body(std::size_t limit) {
  const RequestHead& head = workspace_->head;
  if (body().done()) co_return std::string_view{};
  if (head.content_length.value_or(0) > limit) co_return std::unexpected(BodyError::kTooLarge);
  InputBuffer& input = workspace_->input;
  // The ordinary body lies behind its head as it came, and is handed out from there.
  while (!head.chunked && body().left() > input.unread().size() &&
         body().left() - input.unread().size() <= input.free_size()) {
    if (const auto error = co_await receive_body_bytes()) co_return std::unexpected(*error);
  }
  if (!head.chunked && body().left() <= input.unread().size()) co_return co_await read_body_part();
  std::string& text = workspace_->body;
  while (!body().done()) {
    const BodyPart part = co_await read_body_part();
    if (!part) co_return part;
    if (part->size() > limit - text.size()) co_return std::unexpected(BodyError::kTooLarge);
    text += *part;
  }
  text.reserve(text.size() + InputBuffer::kPadding);
  co_return std::string_view(text);
}

// ---- socket ---------------------------------------------------------------------------------

Io Connection::receive(InputBuffer& input) {
  std::size_t got = 0;
  const Io io = stream_->read(input.free_space(), input.free_size(), got);
  if (io == Io::kDone) input.received(got);
  if (io == Io::kEnd || io == Io::kBroken) broken_ = true;
  return io;
}

Task<bool> Connection::wait_readable(std::chrono::milliseconds patience) {
  if (broken_ || read_alarm_.rang() || stopped_) co_return false;
  if (patience.count() > 0) read_alarm_.arm(loop().timers(), patience);
  const bool granted = co_await stream_->readable();
  if (patience.count() > 0) read_alarm_.disarm();
  co_return granted && !broken_;
}

Task<bool> Connection::wait_writable() {
  if (broken_) co_return false;
  write_alarm_.arm(loop().timers(), server_->options.body_timeout);
  const bool granted = co_await stream_->writable();
  write_alarm_.disarm();
  co_return granted && !broken_ && !write_alarm_.rang();
}

Task<bool> Connection::flush_with(std::string_view bytes) {
  if (broken_) co_return false;
  std::string_view head = workspace_->output;
  while (!head.empty() || !bytes.empty()) {
    const Io io = stream_->write(head, bytes);
    if (io == Io::kDone) continue;
    const bool writable = io == Io::kWait && co_await wait_writable();
    if (!writable) {
      broken_ = true;
      co_return false;
    }
  }
  workspace_->output.clear();
  co_return true;
}

}  // namespace barbacane::http::h1
