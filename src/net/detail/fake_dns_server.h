#pragma once

#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/ip_address.h"

/// A DNS server on the loopback for tests: real packets over UDP and TCP, on one port of the
/// system's choice, from a thread of its own. It says what it was told to and counts what it was
/// asked. Header-only, so that it is no part of the library.
namespace barbacane::net::detail {

class FakeDnsServer {
 public:
  enum class Manner : std::uint8_t {
    kAnswer,
    kSilent,
    kSilentForIpv6,
    kTruncated,  ///< over UDP; TCP gives the whole
    kGarbage,
  };
  static constexpr std::uint8_t kServerFailure = 2;
  static constexpr std::uint8_t kNoSuchName = 3;

  /// What is said about a name.
  struct Record {
    std::vector<std::string> addresses{};
    std::uint32_t ttl = 300;
    std::string alias_of{};  ///< CNAME; the addresses are then of that name
    std::uint32_t alias_ttl = 300;
    std::uint8_t code = 0;
    Manner manner = Manner::kAnswer;
  };

  FakeDnsServer() {
    // One port for both: whoever else takes ports may have the other half of the first ones.
    for (int tries = 0; tries < 100 && udp_ < 0; ++tries) {
      if (tcp_ >= 0) ::close(tcp_);
      tcp_ = bound(SOCK_STREAM, 0);
      sockaddr_in address{};
      socklen_t length = sizeof address;
      ::getsockname(tcp_, reinterpret_cast<sockaddr*>(&address), &length);
      port_ = ntohs(address.sin_port);
      udp_ = bound(SOCK_DGRAM, port_);
    }
    if (udp_ < 0) std::abort();
    ::listen(tcp_, 16);
    wake_up_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    thread_ = std::thread([this] { run(); });
  }
  ~FakeDnsServer() {
    poke(kStop);
    thread_.join();
    for (const int socket : {udp_, tcp_, wake_up_}) ::close(socket);
  }
  FakeDnsServer(const FakeDnsServer&) = delete;
  FakeDnsServer& operator=(const FakeDnsServer&) = delete;

  /// For `ResolverOptions::servers`.
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  /// Names that were never set do not exist.
  void set(const std::string& name, Record record) {
    const std::scoped_lock lock(mutex_);
    records_[name] = std::move(record);
  }
  /// Questions for IPv4 addresses of the name: one each time somebody asks.
  int asked(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    return asked_[name];
  }
  /// From now on nothing is answered, until `release` answers all of it.
  void hold() { set_held(true); }
  void release() { set_held(false); }
  /// Returns once the name was asked for that often.
  void wait_until_asked(const std::string& name, int times) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return asked_[name] >= times; });
  }

 private:
  static constexpr std::uint64_t kStop = 1U << 20U;
  static constexpr std::uint16_t kA = 1;
  static constexpr std::uint16_t kCname = 5;
  static constexpr std::uint16_t kAaaa = 28;

  struct Question {
    std::string packet;
    sockaddr_storage from{};
    socklen_t length = 0;
  };

  static int bound(int kind, std::uint16_t port) {
    const int socket = ::socket(AF_INET, kind | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return socket;
    ::close(socket);
    return -1;
  }

  void poke(std::uint64_t what) const {
    [[maybe_unused]] const ssize_t written = ::write(wake_up_, &what, sizeof what);
  }
  void set_held(bool held) {
    {
      const std::scoped_lock lock(mutex_);
      held_ = held;
    }
    poke(1);
  }

  void run() {
    std::vector<int> peers;
    for (;;) {
      std::vector<pollfd> polled = {{wake_up_, POLLIN, 0}, {udp_, POLLIN, 0}, {tcp_, POLLIN, 0}};
      for (const int peer : peers) polled.push_back({peer, POLLIN, 0});
      ::poll(polled.data(), polled.size(), -1);
      if (polled[0].revents != 0) {
        std::uint64_t what = 0;
        if (::read(wake_up_, &what, sizeof what) == sizeof what && what >= kStop) break;
      }
      if (polled[1].revents != 0) read_udp();
      answer_udp();
      for (std::size_t i = 3; i < polled.size(); ++i) {
        if (polled[i].revents == 0 || serve_tcp(polled[i].fd)) continue;
        ::close(polled[i].fd);
        std::erase(peers, polled[i].fd);
      }
      if (polled[2].revents != 0) peers.push_back(::accept4(tcp_, nullptr, nullptr, SOCK_CLOEXEC));
    }
    for (const int peer : peers) ::close(peer);
  }

  void read_udp() {
    Question question;
    question.packet.resize(1500);
    question.length = sizeof question.from;
    const ssize_t got = ::recvfrom(udp_, question.packet.data(), question.packet.size(), 0,
                                   reinterpret_cast<sockaddr*>(&question.from), &question.length);
    if (got < 12) return;
    question.packet.resize(static_cast<std::size_t>(got));
    const std::scoped_lock lock(mutex_);
    std::string name;
    if (type_of(question.packet, name) == kA) ++asked_[name];
    waiting_.push_back(std::move(question));
    changed_.notify_all();
  }

  void answer_udp() {
    const std::scoped_lock lock(mutex_);
    if (held_) return;
    for (const Question& question : std::exchange(waiting_, {})) {
      const std::string answer = answer_to(question.packet, true);
      if (answer.empty()) continue;
      ::sendto(udp_, answer.data(), answer.size(), 0,
               reinterpret_cast<const sockaddr*>(&question.from), question.length);
    }
  }

  /// One question of a connection, as length and message; false at its end.
  bool serve_tcp(int peer) {
    std::string packet(2, '\0');
    if (::recv(peer, packet.data(), 2, MSG_WAITALL) != 2) return false;
    const std::size_t length = number(packet, 0);
    packet.resize(length);
    if (::recv(peer, packet.data(), length, MSG_WAITALL) != static_cast<ssize_t>(length)) {
      return false;
    }
    std::string answer;
    {
      const std::scoped_lock lock(mutex_);
      answer = answer_to(packet, false);
    }
    std::string framed;
    append(framed, static_cast<std::uint16_t>(answer.size()));
    framed += answer;
    return ::send(peer, framed.data(), framed.size(), MSG_NOSIGNAL) > 0;
  }

  static std::uint16_t number(const std::string& bytes, std::size_t at) {
    return static_cast<std::uint16_t>(static_cast<std::uint8_t>(bytes[at]) << 8 |
                                      static_cast<std::uint8_t>(bytes[at + 1]));
  }
  static void append(std::string& out, std::uint16_t value) {
    out += static_cast<char>(value >> 8);
    out += static_cast<char>(value & 0xFF);
  }
  static void append_name(std::string& out, std::string_view name) {
    while (!name.empty()) {
      const std::string_view label = name.substr(0, name.find('.'));
      out += static_cast<char>(label.size());
      out += label;
      name.remove_prefix(std::min(label.size() + 1, name.size()));
    }
    out += '\0';
  }
  static void append_record(std::string& out, std::string_view name, std::uint16_t type,
                            std::uint32_t ttl, std::string_view data) {
    append_name(out, name);
    append(out, type);
    append(out, 1);  // IN
    append(out, static_cast<std::uint16_t>(ttl >> 16));
    append(out, static_cast<std::uint16_t>(ttl & 0xFFFF));
    append(out, static_cast<std::uint16_t>(data.size()));
    out += data;
  }

  /// The type asked for, and the name.
  static std::uint16_t type_of(const std::string& packet, std::string& name) {
    std::size_t at = 12;
    while (at < packet.size() && packet[at] != '\0') {
      const auto length = static_cast<std::uint8_t>(packet[at]);
      if (!name.empty()) name += '.';
      name += packet.substr(at + 1, length);
      at += std::size_t{1} + length;
    }
    return at + 2 < packet.size() ? number(packet, at + 1) : std::uint16_t{0};
  }

  std::string answer_to(const std::string& packet, bool over_udp) {
    std::string name;
    const std::uint16_t type = type_of(packet, name);
    const auto found = records_.find(name);
    const Record record = found != records_.end() ? found->second : Record{.code = kNoSuchName};
    if (record.manner == Manner::kSilent) return {};
    if (record.manner == Manner::kSilentForIpv6 && type == kAaaa) return {};
    if (record.manner == Manner::kGarbage) return packet.substr(0, 2) + "no such protocol \xC0\xC0";
    const bool truncated = record.manner == Manner::kTruncated && over_udp;

    std::string records;
    std::uint16_t count = 0;
    if (!record.alias_of.empty()) {
      std::string target;
      append_name(target, record.alias_of);
      append_record(records, name, kCname, record.alias_ttl, target);
      ++count;
    }
    const std::string& owner = record.alias_of.empty() ? name : record.alias_of;
    for (const std::string& text : record.addresses) {
      const IpAddress address = *parse_ip(text);
      if (is_ipv4(address) != (type == kA)) continue;
      const auto* bytes = reinterpret_cast<const char*>(address.data());
      append_record(records, owner, type, record.ttl,
                    type == kA ? std::string_view(bytes + 12, 4) : std::string_view(bytes, 16));
      ++count;
    }
    std::string answer = packet.substr(0, 2);
    append(answer, static_cast<std::uint16_t>(0x8180 | (truncated ? 0x0200 : 0) | record.code));
    append(answer, 1);
    append(answer, truncated ? std::uint16_t{0} : count);
    append(answer, 0);
    append(answer, 0);
    append_name(answer, name);
    append(answer, type);
    append(answer, 1);
    return truncated ? answer : answer + records;
  }

  int udp_ = -1;
  int tcp_ = -1;
  int wake_up_ = -1;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Record> records_;
  std::map<std::string, int> asked_;
  std::vector<Question> waiting_;
  bool held_ = false;
  std::thread thread_;
};

}  // namespace barbacane::net::detail
