#include "rude_clients.h"

#include <array>
#include <cerrno>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace barbacane::soak {
namespace {

/// What a client says and how it leaves.
struct Script {
  std::string bytes;
  std::size_t requests = 1;
  std::size_t answers = 1;  ///< it waits for before it leaves
  enum class End { kClose, kReset } end = End::kClose;
};

struct Client {
  int fd = -1;
  Script script;
  std::size_t sent = 0;
  std::size_t answers = 0;
  std::string tail;  ///< of what was read, to find status lines across reads
};

class Clients {
 public:
  explicit Clients(const Crowd& crowd)
      : crowd_(crowd),
        random_(crowd.seed),
        clients_(crowd.connections),
        epoll_(::epoll_create1(0)) {}
  ~Clients() {
    for (Client& client : clients_) {
      if (client.fd >= 0) ::close(client.fd);
    }
    ::close(epoll_);
  }

  Tally run() {
    for (std::size_t i = 0; i < clients_.size(); ++i) open(i);
    std::array<epoll_event, 256> events;
    while (live_ > 0) {
      const int count = ::epoll_wait(epoll_, events.data(), events.size(), 10'000);
      if (count <= 0) break;  // a server that says nothing for ten seconds has failed
      for (int i = 0; i < count; ++i) turn(events[i].data.u64, events[i].events);
    }
    return tally_;
  }

 private:
  std::size_t pick(std::size_t below) { return random_() % below; }

  Script draw() {
    static const std::string kGet = "GET /items/42 HTTP/1.1\r\nHost: soak\r\n\r\n";
    static const std::string kPost =
        "POST /items HTTP/1.1\r\nHost: soak\r\nContent-Length: 2000\r\n\r\n" +
        std::string(2000, 'b');
    static const std::string kChunked =
        "POST /items HTTP/1.1\r\nHost: soak\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nT: t\r\n\r\n";
    static const std::string kMissing = "GET /nothing/here HTTP/1.1\r\nHost: soak\r\n\r\n";
    Script script;
    const auto say = [&](const std::string& request, std::size_t times = 1) {
      for (std::size_t i = 0; i < times; ++i) script.bytes += request;
      script.requests = script.answers = times;
    };
    switch (pick(10)) {
      case 0:
        say(kGet, 1 + pick(16));
        break;
      case 1:
        say(kPost, 1 + pick(4));
        break;
      case 2:
        say(kChunked, 1 + pick(4));
        break;
      case 3:
        say(kMissing);
        break;
      case 4:
        say("GET /slow HTTP/1.1\r\nHost: soak\r\n\r\n");
        script.answers = 0;
        break;
      case 5:
        say("GET / HTTP/1.1\r\nbroken\r\n\r\n");
        break;
      case 6:
        say(kGet);
        script.bytes.resize(pick(script.bytes.size()));
        script.answers = 0;
        break;
      case 7:
        say(kPost);
        script.bytes.resize(60 + pick(2000));
        script.answers = 0;
        break;
      case 8:
        say(kChunked);
        script.bytes.resize(70 + pick(40));
        script.answers = 0;
        break;
      default:
        say(kGet, 4 + pick(28));
        break;
    }
    if (pick(2) == 0) script.end = Script::End::kReset;
    if (pick(4) == 0 && script.answers > 0) script.answers = pick(script.answers);
    return script;
  }

  void open(std::size_t index) {
    Client& client = clients_[index];
    client = {};
    if (tally_.requests >= crowd_.requests) return;
    client.fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(crowd_.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(client.fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 &&
        errno != EINPROGRESS) {
      ++tally_.refused;
      ::close(client.fd);
      client.fd = -1;
      return;
    }
    client.script = draw();
    tally_.requests += client.script.requests;
    epoll_event event{EPOLLIN | EPOLLOUT, {.u64 = index}};
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, client.fd, &event);
    ++live_;
  }

  void turn(std::size_t index, std::uint32_t events) {
    Client& client = clients_[index];
    const bool gone = (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0 && !read(client);
    if (!gone && (events & EPOLLOUT) != 0) write(index);
    const bool said = client.sent == client.script.bytes.size();
    if (gone || (said && client.answers >= client.script.answers)) leave(index);
  }

  /// False when the server has closed.
  bool read(Client& client) {
    char block[16384];
    for (;;) {
      const ssize_t got = ::recv(client.fd, block, sizeof block, 0);
      if (got < 0) return errno == EAGAIN;
      if (got == 0) return false;
      client.tail.append(block, static_cast<std::size_t>(got));
      std::size_t at = 0;
      for (; (at = client.tail.find("HTTP/1.1 ", at)) != std::string::npos; at += 9) {
        ++client.answers;
        ++tally_.answers;
      }
      client.tail.erase(0, client.tail.size() - std::min<std::size_t>(client.tail.size(), 8));
    }
  }

  void write(std::size_t index) {
    Client& client = clients_[index];
    const std::string_view rest = std::string_view(client.script.bytes).substr(client.sent);
    // Now and then only a piece, so that heads and chunks arrive torn.
    const std::size_t piece = pick(3) == 0 ? 1 + pick(rest.size() + 1) : rest.size();
    const ssize_t sent = ::send(client.fd, rest.data(), std::min(piece, rest.size()), MSG_NOSIGNAL);
    if (sent > 0) client.sent += static_cast<std::size_t>(sent);
    if (client.sent < client.script.bytes.size()) return;
    epoll_event event{EPOLLIN, {.u64 = index}};
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, client.fd, &event);
  }

  void leave(std::size_t index) {
    Client& client = clients_[index];
    if (client.script.end == Script::End::kReset) {
      const linger now{1, 0};
      ::setsockopt(client.fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
      ++tally_.aborts;
    }
    ::close(client.fd);
    --live_;
    open(index);
  }

  const Crowd crowd_;
  std::mt19937_64 random_;
  std::vector<Client> clients_;
  int epoll_;
  std::size_t live_ = 0;
  Tally tally_;
};

}  // namespace

Tally run(const Crowd& crowd) { return Clients(crowd).run(); }

}  // namespace barbacane::soak
