// The body of test_client.h; named so that only the test program is built with it.

#include "http/h2/detail/test_client.h"

#include <algorithm>
#include <chrono>
#include <cstring>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace barbacane::http::h2 {

namespace {

std::vector<nghttp2_nv> to_list(const TestClient::Fields& fields) {
  std::vector<nghttp2_nv> list;
  for (const auto& [name, value] : fields) {
    list.push_back({reinterpret_cast<std::uint8_t*>(const_cast<char*>(name.data())),
                    reinterpret_cast<std::uint8_t*>(const_cast<char*>(value.data())), name.size(),
                    value.size(), NGHTTP2_NV_FLAG_NONE});
  }
  return list;
}

}  // namespace

std::string TestClient::Answer::field(std::string_view name) const {
  const auto found =
      std::ranges::find_if(fields, [&](const auto& field) { return field.first == name; });
  return found == fields.end() ? std::string() : found->second;
}

struct TestClient::Callbacks {
  static TestClient& of(void* user) { return *static_cast<TestClient*>(user); }

  static int begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Answer& answer = of(user).answers_[frame->hd.stream_id];
    if (answer.body.empty()) answer.fields.clear();
    return 0;
  }
  static int header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                    std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                    std::uint8_t, void* user) {
    Answer& answer = of(user).answers_[frame->hd.stream_id];
    std::string key(reinterpret_cast<const char*>(name), name_size);
    std::string text(reinterpret_cast<const char*>(value), value_size);
    if (key == ":status") answer.statuses.push_back(std::stoi(text));
    const bool final_head = answer.status() >= 200 && key != ":status" &&
                            frame->headers.cat == NGHTTP2_HCAT_HEADERS && !answer.body.empty();
    (final_head ? answer.trailers : answer.fields).emplace_back(std::move(key), std::move(text));
    return 0;
  }
  static int data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                  std::size_t size, void* user) {
    of(user).answers_[id].body.append(reinterpret_cast<const char*>(bytes), size);
    return 0;
  }
  static int frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    TestClient& client = of(user);
    const bool last = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (last && (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA))
      client.answers_[frame->hd.stream_id].ended = true;
    if (frame->hd.type == NGHTTP2_RST_STREAM) {
      client.answers_[frame->hd.stream_id].reset = true;
      client.answers_[frame->hd.stream_id].error = frame->rst_stream.error_code;
    }
    if (frame->hd.type == NGHTTP2_GOAWAY) {
      client.goaways_.push_back(frame->goaway.error_code);
      client.last_stream_ = frame->goaway.last_stream_id;
    }
    if (frame->hd.type == NGHTTP2_PING && (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0)
      ++client.pings_answered_;
    if (frame->hd.type == NGHTTP2_SETTINGS) {
      for (std::size_t i = 0; i < frame->settings.niv; ++i)
        client.settings_[frame->settings.iv[i].settings_id] = frame->settings.iv[i].value;
    }
    return 0;
  }
  static ssize_t body(nghttp2_session* session, std::int32_t id, std::uint8_t* buffer,
                      std::size_t room, std::uint32_t* flags, nghttp2_data_source*, void* user) {
    Body& body = of(user).bodies_[id];
    const std::size_t count = std::min(room, body.bytes.size());
    if (count == 0 && !body.last) {
      body.deferred = true;
      return NGHTTP2_ERR_DEFERRED;
    }
    std::memcpy(buffer, body.bytes.data(), count);
    body.bytes.erase(0, count);
    if (body.last && body.bytes.empty()) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
      if (!body.trailers.empty()) {
        *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
        const auto list = to_list(body.trailers);
        nghttp2_submit_trailer(session, id, list.data(), list.size());
      }
    }
    return static_cast<ssize_t>(count);
  }
};

TestClient::Raw::Raw(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const timeval patience{5, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

TestClient::Raw::~Raw() { ::close(fd_); }

void TestClient::Raw::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string TestClient::Raw::read(std::size_t size) const {
  std::string text;
  char block[4096];
  while (text.size() < size) {
    const ssize_t got = ::recv(fd_, block, std::min(sizeof block, size - text.size()), 0);
    if (got <= 0) break;
    text.append(block, static_cast<std::size_t>(got));
  }
  return text;
}

TestClient::TestClient(std::uint16_t port, Windows windows, std::uint32_t initial_window)
    : socket_(port) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, Callbacks::begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, Callbacks::frame);
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  // What a test sends on purpose must not be refused on this side.
  nghttp2_option_set_no_http_messaging(option, 1);
  if (windows == Windows::kHeld) nghttp2_option_set_no_auto_window_update(option, 1);
  nghttp2_session_client_new2(&session_, callbacks, this, option);
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(callbacks);

  const nghttp2_settings_entry entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, initial_window};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &entry, 1);
  wait_until([this] { return !settings_.empty(); });
}

TestClient::~TestClient() { nghttp2_session_del(session_); }

TestClient::Fields TestClient::head(std::string_view method, std::string_view path) {
  return {{":method", std::string(method)},
          {":scheme", "http"},
          {":authority", "example.test"},
          {":path", std::string(path)}};
}

std::int32_t TestClient::request(const Fields& fields) {
  const auto list = to_list(fields);
  const std::int32_t id =
      nghttp2_submit_request(session_, nullptr, list.data(), list.size(), nullptr, nullptr);
  flush();
  return id;
}

std::int32_t TestClient::begin(const Fields& fields) {
  const auto list = to_list(fields);
  const nghttp2_data_provider provider{.source = {}, .read_callback = Callbacks::body};
  const std::int32_t id =
      nghttp2_submit_request(session_, nullptr, list.data(), list.size(), &provider, nullptr);
  bodies_[id];
  flush();
  return id;
}

std::int32_t TestClient::send(const Fields& fields, std::string body, const Fields& trailers) {
  const auto list = to_list(fields);
  const nghttp2_data_provider provider{.source = {}, .read_callback = Callbacks::body};
  const std::int32_t id =
      nghttp2_submit_request(session_, nullptr, list.data(), list.size(), &provider, nullptr);
  bodies_[id] = {std::move(body), trailers, true, false};
  flush();
  return id;
}

void TestClient::more(std::int32_t id, std::string_view bytes, Last last) {
  Body& body = bodies_[id];
  body.bytes += bytes;
  body.last = last == Last::kYes;
  if (std::exchange(body.deferred, false)) nghttp2_session_resume_data(session_, id);
  flush();
}

void TestClient::reset(std::int32_t id, std::uint32_t error) {
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, error);
  flush();
}

void TestClient::give_window(std::int32_t id, std::size_t bytes) {
  nghttp2_session_consume(session_, id, bytes);
  flush();
}

void TestClient::ping() {
  nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr);
  flush();
}

std::string TestClient::frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                              std::string_view payload) {
  std::string bytes;
  for (const int shift : {16, 8, 0}) bytes += static_cast<char>(payload.size() >> shift);
  bytes += static_cast<char>(type);
  bytes += static_cast<char>(flags);
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(stream >> shift);
  return bytes + std::string(payload);
}

void TestClient::flush() {
  for (;;) {
    const std::uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
    if (size <= 0) return;
    send_raw({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
  }
}

bool TestClient::read_some(int milliseconds) {
  pollfd readable{socket_.fd_, POLLIN, 0};
  if (::poll(&readable, 1, milliseconds) <= 0) return true;
  std::uint8_t block[65536];
  const ssize_t got = ::recv(socket_.fd_, block, sizeof block, 0);
  if (got <= 0) {
    ended_ = true;
    return false;
  }
  nghttp2_session_mem_recv(session_, block, static_cast<std::size_t>(got));
  flush();
  return true;
}

bool TestClient::wait_until(const std::function<bool()>& done, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  flush();
  while (!done()) {
    if (ended_ || std::chrono::steady_clock::now() > deadline) return false;
    read_some(10);
  }
  return true;
}

TestClient::Answer& TestClient::wait(std::int32_t id) {
  wait_until([&] { return answers_[id].ended || answers_[id].reset; });
  return answers_[id];
}

}  // namespace barbacane::http::h2
