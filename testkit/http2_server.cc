#include "testkit/http2_server.h"

#include <algorithm>

#include "testkit/error.h"
#include "testkit/eventually.h"

namespace barbacane::testkit::http2 {

void Log::add(std::size_t connection, Frame frame) {
  const std::lock_guard lock(mutex_);
  entries_.push_back({connection, std::move(frame)});
}

std::vector<Log::Entry> Log::entries() const {
  const std::lock_guard lock(mutex_);
  return entries_;
}

std::size_t Log::count(Type type) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::ranges::count_if(entries_, [&](const Entry& it) { return it.frame.type == type; }));
}

std::size_t Log::requests() const {
  std::vector<std::pair<std::size_t, std::uint32_t>> seen;
  const std::lock_guard lock(mutex_);
  for (const auto& [connection, frame] : entries_) {
    const std::pair request(connection, frame.stream);
    if (frame.type != Type::kHeaders) continue;
    if (std::ranges::find(seen, request) == seen.end()) seen.push_back(request);
  }
  return seen.size();
}

bool Log::wait_for(const std::function<bool(const Entry&)>& wanted,
                   std::chrono::milliseconds within) const {
  return eventually(within, [&] {
    const std::lock_guard lock(mutex_);
    return std::ranges::any_of(entries_, wanted);
  });
}

Server::Server(UpstreamConnection& connection, Log& log) : connection_(connection), log_(log) {}

void Server::wait_for_departure() {
  connection_.wait_until([this] { return connection_.peer_has_departed(); });
}

void Server::read_preface() {
  const std::string preface = connection_.stream().take(kPreface.size());
  if (preface != kPreface) throw TestkitError("not HTTP/2: " + preface);
  greeted_ = true;
}

void Server::greet(const std::vector<std::pair<std::uint16_t, std::uint32_t>>& values) {
  read_preface();
  send(settings(values));
}

std::optional<Frame> Server::read() {
  Stream& stream = connection_.stream();
  while (stream.buffered().size() < kFrameHead) {
    if (!is_open() || !stream.fill()) return std::nullopt;
  }
  std::size_t length = 0;
  Frame frame = parse_head(stream.buffered(), length);
  stream.drop(kFrameHead);
  frame.payload = stream.take(length);
  log_.add(connection_.number(), frame);
  if (frame.type == Type::kSettings && !frame.has(kAck)) send(settings_ack());
  if (frame.type == Type::kPing && !frame.has(kAck)) send(ping(kAck, frame.payload));
  return frame;
}

Frame Server::read_until(Type type) {
  while (std::optional<Frame> frame = read()) {
    if (frame->type == type) return std::move(*frame);
  }
  throw TestkitError("the connection ended before a frame of type " +
                     std::to_string(static_cast<int>(type)));
}

std::uint32_t Server::next_request() { return last_request_ = read_until(Type::kHeaders).stream; }

void Server::finish_request(std::uint32_t stream) {
  while (const std::optional<Frame> frame = read()) {
    if (frame->stream != stream) continue;
    const auto size = static_cast<std::uint32_t>(frame->payload.size());
    if (frame->type == Type::kResetStream || frame->has(kEndStream)) return;
    if (frame->type == Type::kData && size > 0)
      send(window_update(0, size) + window_update(stream, size));
  }
}

void Server::answer_soundly(std::uint32_t stream) {
  send(head(stream, 200, {{"content-type", "text/plain"}}) + data(stream, "sound", Last::kYes));
}

void Server::go_on() {
  if (!greeted_) greet();
  while (const std::optional<Frame> frame = read()) {
    const bool message = frame->type == Type::kHeaders || frame->type == Type::kData;
    if (!message || frame->stream <= last_request_) continue;
    const auto size = static_cast<std::uint32_t>(frame->payload.size());
    if (frame->has(kEndStream)) {
      answer_soundly(frame->stream);
    } else if (frame->type == Type::kData && size > 0) {
      send(window_update(0, size) + window_update(frame->stream, size));
    }
  }
}

Step serve(Log& log, std::function<void(Server&)> script) {
  return {[&log, script = std::move(script)](UpstreamConnection& connection) {
    Server server(connection, log);
    if (script) script(server);
    server.go_on();
    connection.close();
  }};
}

}  // namespace barbacane::testkit::http2
