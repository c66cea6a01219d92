// Feeds bytes to live HTTP/2 calls as the upstream's answer, in pieces the input chooses, and
// checks that whatever they are every call ends.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/client/pool.h"
#include "http/detail/upstream_at.h"

namespace {

using namespace barbacane;
using namespace std::chrono_literals;
using http::client::CallPtr;

/// Connections end in a reset, so that thousands a second leave nothing behind in the kernel.
class Upstream {
 public:
  Upstream() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0) std::abort();
    if (::listen(listener_, 16) != 0) std::abort();
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
  }

  std::shared_ptr<const http::client::Upstream> face() const {
    return http::upstream_at(port_, http::client::Upstream::Http2::kAlways);
  }
  void accept() {
    for (int socket; (socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;)
      connections_.push_back(socket);
  }
  void say(std::string_view bytes) const {
    char heard[65536];
    for (const int socket : connections_) {
      ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      while (::recv(socket, heard, sizeof heard, 0) > 0) {
      }
    }
  }
  void leave() {
    accept();
    const linger reset{.l_onoff = 1, .l_linger = 0};
    for (const int socket : connections_) {
      ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
      ::close(socket);
    }
    connections_.clear();
  }

 private:
  int listener_;
  std::uint16_t port_ = 0;
  std::vector<int> connections_;
};

struct Caller {
  CallPtr call;
  bool over = false;
};

net::Task<> use(http::client::Call& call, std::string_view method) {
  using Body = http::client::OutgoingRequest::Body;
  const bool sends = method == "POST";
  const http::client::OutgoingRequest request{.method = method,
                                              .authority = "a",
                                              .target = "/",
                                              .fields = {},
                                              .framing = sends ? Body::kUnknown : Body::kNone,
                                              .body = {}};
  const auto sent = co_await call.send(request, 1h);
  if (!sent) co_return;
  if (sends) {
    const bool taken = co_await call.write(std::string(20'000, 'x'), http::Push::kNow, 1h);
    if (taken) co_await call.finish({}, 1h);
  }
  const auto deadline = std::chrono::steady_clock::now() + 1h;
  auto head = co_await call.read_head(deadline);
  while (head && (*head)->interim()) head = co_await call.read_head(deadline);
  if (!head) co_return;
  if ((*head)->status < 200 || (*head)->status == 101) std::abort();
  for (;;) {
    const auto part = co_await call.read_body_part(1h);
    if (!part || part->empty()) break;
  }
  std::pmr::vector<http::Field> trailers;
  call.append_trailers(trailers);
}

net::Task<> open_and_use(http::client::Pool& pool,
                         std::shared_ptr<const http::client::Upstream> upstream,
                         std::string_view method, Caller& caller) {
  http::client::Pool::Wish wish(pool.loop());
  auto opened = co_await pool.open(std::move(upstream), pool.loop().now() + 1h, wish);
  if (opened) {
    caller.call = std::move(*opened);
    co_await use(*caller.call, method);
    caller.call.reset();
  }
  caller.over = true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  constexpr std::string_view kSettings("\0\0\0\4\0\0\0\0\0", 9);
  const std::size_t piece = 1 + (data[0] >> 1) * 16;
  std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);

  static Upstream upstream;
  static net::EventLoop loop;
  static net::Resolver resolver;
  static http::client::Pool pool(loop, resolver);
  Caller callers[3];
  constexpr std::string_view kMethods[] = {"GET", "POST", "HEAD"};
  for (std::size_t i = 0; i < 3; ++i)
    loop.spawn(open_and_use(pool, upstream.face(), kMethods[i], callers[i]));
  loop.poll();
  upstream.accept();
  // Without settings no call begins.
  if ((data[0] & 1) == 0) upstream.say(kSettings);
  loop.poll();
  while (!bytes.empty()) {
    upstream.say(bytes.substr(0, piece));
    loop.poll();
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  for (int turns = 0; turns < 2000; ++turns) {
    upstream.leave();
    loop.poll();
    if (std::ranges::all_of(callers, &Caller::over)) return 0;
    loop.run_for(1ms);
  }
  std::abort();  // the upstream is gone, and somebody still waits for it
}
