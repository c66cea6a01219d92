#include "testkit/upstream_connection.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include <sys/socket.h>

#include "testkit/error.h"
#include "testkit/message.h"

namespace barbacane::testkit {

std::string ReceivedRequest::header(std::string_view name) const {
  return field_value(headers, name);
}

int ReceivedRequest::count(std::string_view name) const { return field_count(headers, name); }

UpstreamConnection::UpstreamConnection(Stream stream, UpstreamRecord& record, std::size_t number)
    : stream_(std::move(stream)), record_(record), number_(number) {}

void UpstreamConnection::serve(const TlsServerContext* tls) {
  try {
    if (tls != nullptr) stream_.start_tls(*tls);
  } catch (const TestkitError& error) {
    const std::lock_guard lock(record_.mutex);
    record_.handshake_failures.emplace_back(error.what());
    open_ = false;
  }
  try {
    Script first;
    {
      const std::lock_guard lock(record_.mutex);
      first = record_.for_every_connection;
      if (!record_.for_connections.empty()) {
        first = std::move(record_.for_connections.front());
        record_.for_connections.pop_front();
      }
    }
    run(first);
    while (is_open() && read_head()) answer_request();
  } catch (const TestkitError&) {
    // A peer that stopped in the middle, or took nothing for too long: what it did is recorded.
  }
  close();
}

bool UpstreamConnection::read_head() {
  set_idle(true);
  std::size_t end = 0;
  while ((end = stream_.buffered().find("\r\n\r\n")) == std::string_view::npos) {
    try {
      if (!stream_.fill()) break;
    } catch (const TestkitError&) {
      if (!stream_.buffered().empty()) throw;  // else idle, for as long as the peer likes
    }
    if (cut_) return false;
  }
  set_idle(false);
  const bool whole = end != std::string_view::npos;
  if (!whole && stream_.buffered().empty()) return false;

  ReceivedRequest request{.connection = number_, .turn = ++turns_};
  request.head = stream_.take(whole ? end + 4 : stream_.buffered().size());
  std::string_view rest = request.head;
  const auto next_line = [&rest] {
    const std::size_t length = std::min(rest.find("\r\n"), rest.size());
    const std::string line(rest.substr(0, length));
    rest.remove_prefix(std::min(length + 2, rest.size()));
    return line;
  };
  const std::string first = next_line();
  const std::size_t target = std::min(first.find(' '), first.size());
  const std::size_t version = std::max(first.rfind(' '), target);
  request.method = first.substr(0, target);
  if (version > target) request.target = first.substr(target + 1, version - target - 1);
  if (version < first.size()) request.version = first.substr(version + 1);
  for (std::string line = next_line(); !line.empty(); line = next_line()) {
    if (line.contains(':')) request.headers.push_back(header_field(line));
  }
  const std::lock_guard lock(record_.mutex);
  request_ = &record_.requests.emplace_back(std::move(request));
  return whole;
}

void UpstreamConnection::begin_body() {
  said_anything_ = false;
  framing_ = Framing::kNone;
  if (request_->header("transfer-encoding").contains("chunked")) {
    framing_ = Framing::kChunks;
    remaining_ = 0;
  } else if (request_->has("content-length")) {
    framing_ = Framing::kLength;
    remaining_ = std::strtoull(request_->header("content-length").c_str(), nullptr, 10);
  }
  if (framing_ == Framing::kNone || (framing_ == Framing::kLength && remaining_ == 0)) end_body();
}

void UpstreamConnection::end_body() {
  framing_ = Framing::kNone;
  const std::lock_guard lock(record_.mutex);
  request_->complete = true;
  request_->body_left = false;
}

std::string UpstreamConnection::take(std::size_t most) {
  std::string bytes = stream_.take_some(most);
  if (bytes.empty()) throw TestkitError("the peer left inside a body");
  record_.bytes_received += bytes.size();
  const std::lock_guard lock(record_.mutex);
  if (request_->raw_body.size() < record_.keep_body) request_->raw_body += bytes;
  return bytes;
}

std::string UpstreamConnection::take_line() {
  const std::string line = stream_.take_line();
  record_.bytes_received += line.size() + 2;
  const std::lock_guard lock(record_.mutex);
  if (request_->raw_body.size() < record_.keep_body) request_->raw_body += line + "\r\n";
  return line;
}

/// Reads the next chunk's size, or the trailers at the end of the body.
void UpstreamConnection::begin_chunk() {
  const std::string line = take_line();
  char* end = nullptr;
  remaining_ = std::strtoull(line.c_str(), &end, 16);
  if (end == line.c_str()) throw TestkitError("not a chunk size: " + line);
  if (remaining_ > 0) return;
  for (std::string trailer = take_line(); !trailer.empty(); trailer = take_line()) {
    const std::lock_guard lock(record_.mutex);
    request_->trailers.push_back(header_field(trailer));
  }
  end_body();
}

std::string UpstreamConnection::read_piece(std::size_t most) {
  if (framing_ == Framing::kNone) return {};
  if (!said_anything_ && request_->header("expect") == "100-continue") {
    send("HTTP/1.1 100 Continue\r\n\r\n");
  }
  if (framing_ == Framing::kChunks && remaining_ == 0) {
    begin_chunk();
    if (framing_ == Framing::kNone) return {};
  }
  std::string piece = take(static_cast<std::size_t>(std::min<std::uint64_t>(most, remaining_)));
  remaining_ -= piece.size();
  {
    const std::lock_guard lock(record_.mutex);
    request_->body_size += piece.size();
    if (request_->body.size() < record_.keep_body) request_->body += piece;
  }
  if (remaining_ == 0 && framing_ == Framing::kLength) end_body();
  if (remaining_ == 0 && framing_ == Framing::kChunks && !take_line().empty()) {
    throw TestkitError("no line break behind a chunk");
  }
  return piece;
}

void UpstreamConnection::read_body() {
  while (is_open() && framing_ != Framing::kNone) read_piece();
}

void UpstreamConnection::leave_body() {
  const std::lock_guard lock(record_.mutex);
  request_->body_left = !request_->complete;
}

void UpstreamConnection::answer_request() {
  begin_body();
  const Script script = script_for(request_->path());
  const bool takes_body = std::ranges::any_of(script, &Step::takes_body);
  if (!takes_body) read_body();
  run(script);
  if (!is_open()) return;
  if (!request_->body_left) read_body();
  const bool keeps = request_->version == "HTTP/1.1"
                         ? request_->header("connection") != "close"
                         : request_->header("connection") == "keep-alive";
  const bool worn = turns_ == record_.requests_per_connection;
  if (!keeps || worn || !request_->complete) close();
}

Script UpstreamConnection::script_for(const std::string& path) {
  const std::lock_guard lock(record_.mutex);
  if (const auto queue = record_.queued.find(path);
      queue != record_.queued.end() && !queue->second.empty()) {
    Script script = std::move(queue->second.front());
    queue->second.pop_front();
    return script;
  }
  const auto found = record_.scripts.find(path);
  if (found != record_.scripts.end()) return found->second;
  if (!record_.otherwise.empty()) return record_.otherwise;
  return {answer(404, "no script for " + path)};
}

void UpstreamConnection::run(const Script& script) {
  for (const Step& step : script) {
    if (!is_open()) break;
    step.run(*this);
  }
}

void UpstreamConnection::send(std::string_view bytes) {
  constexpr std::size_t kPiece = 16'384;
  said_anything_ = true;
  while (!bytes.empty() && is_open()) {
    const std::string_view piece = bytes.substr(0, kPiece);
    if (!stream_.send(piece)) {
      open_ = false;
      break;
    }
    record_.bytes_sent += piece.size();
    bytes.remove_prefix(piece.size());
  }
}

void UpstreamConnection::wait_until(const std::function<bool()>& condition) {
  while (!cut_ && !condition()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

bool UpstreamConnection::gate_is_open(std::string_view name) const {
  const std::lock_guard lock(record_.mutex);
  return record_.gates.contains(name);
}

void UpstreamConnection::close() {
  const std::lock_guard lock(record_.mutex);
  open_ = false;
  stream_.close();
}

void UpstreamConnection::reset() {
  const std::lock_guard lock(record_.mutex);
  open_ = false;
  stream_.reset();
}

void UpstreamConnection::cut(Cut how) {
  cut_ = true;
  if (!stream_.is_open()) return;
  if (how == Cut::kReset) {
    // The serving thread wakes up at the end of its stream, and its close resets.
    const linger now{1, 0};
    ::setsockopt(stream_.socket(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }
  ::shutdown(stream_.socket(), how == Cut::kReset ? SHUT_RD : SHUT_RDWR);
}

void UpstreamConnection::set_idle(bool idle) {
  const std::lock_guard lock(record_.mutex);
  record_.peers[number_ - 1].idle = idle;
}

}  // namespace barbacane::testkit
