#include "net/connect.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/detail/fake_dns_server.h"

namespace barbacane::net {
namespace {

using namespace std::chrono_literals;
using detail::FakeDnsServer;
using ::testing::HasSubstr;
using Outcome = std::expected<Connected, ConnectError>;

/// A listening socket on the loopback.
class Peer {
 public:
  enum class Mood : std::uint8_t {
    kAccepts,
    kDrops,  ///< its queue is full, so that whoever comes waits for ever
  };

  Peer(std::string_view address, std::uint16_t port, Mood mood) {
    const IpAddress ip = *parse_ip(address);
    socket_ = ::socket(is_ipv4(ip) ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    length_ = is_ipv4(ip) ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    if (is_ipv4(ip)) {
      auto& ipv4 = reinterpret_cast<sockaddr_in&>(address_);
      ipv4.sin_family = AF_INET;
      ipv4.sin_port = htons(port);
      std::memcpy(&ipv4.sin_addr, ip.data() + 12, 4);
    } else {
      auto& ipv6 = reinterpret_cast<sockaddr_in6&>(address_);
      ipv6.sin6_family = AF_INET6;
      ipv6.sin6_port = htons(port);
      std::memcpy(&ipv6.sin6_addr, ip.data(), 16);
      ::setsockopt(socket_, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    }
    good_ = ::bind(socket_, at(), length_) == 0 &&
            ::listen(socket_, mood == Mood::kDrops ? 0 : 16) == 0 &&
            ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address_), &length_) == 0;
    if (mood == Mood::kDrops) fill();
  }
  ~Peer() {
    for (const int one : waiting_) ::close(one);
    ::close(socket_);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// False where the address does not exist or the port is taken.
  bool good() const { return good_; }
  std::uint16_t port() const {
    return ntohs(reinterpret_cast<const sockaddr_in&>(address_).sin_port);
  }

 private:
  const sockaddr* at() const { return reinterpret_cast<const sockaddr*>(&address_); }
  void fill() {
    for (int i = 0; i < 8; ++i) {
      waiting_.push_back(::socket(address_.ss_family, SOCK_STREAM | SOCK_NONBLOCK, 0));
      ::connect(waiting_.back(), at(), length_);
    }
  }

  int socket_ = -1;
  sockaddr_storage address_{};
  socklen_t length_ = 0;
  bool good_ = false;
  std::vector<int> waiting_;
};

using Mood = Peer::Mood;

Task<> connect_and_stop(EventLoop& loop, Resolver& resolver, std::string host, std::uint16_t port,
                        Egress egress, EventLoop::Clock::duration patience,
                        std::optional<Outcome>& outcome) {
  outcome.emplace(co_await connect(loop, resolver, std::move(host), port, egress,
                                   EventLoop::Clock::now() + patience));
  loop.stop();
}

class ConnectTest : public ::testing::Test {
 protected:
  ConnectTest() {
    options_.servers = dns_.address();
    options_.hosts_file.clear();
    options_.query_timeout = 20s;
  }

  Outcome connected(std::string host, std::uint16_t port, Egress egress = Egress::kOpen,
                    EventLoop::Clock::duration patience = 60s) {
    Resolver resolver(options_);
    return connected(resolver, std::move(host), port, egress, patience);
  }
  static Outcome connected(Resolver& resolver, std::string host, std::uint16_t port,
                           Egress egress = Egress::kOpen,
                           EventLoop::Clock::duration patience = 60s) {
    EventLoop loop;
    std::optional<Outcome> outcome;
    loop.spawn(connect_and_stop(loop, resolver, std::move(host), port, egress, patience, outcome));
    if (!outcome) loop.run();
    return std::move(*outcome);
  }

  /// A port where nobody listens, at any address of the loopback.
  static std::uint16_t free_port() { return Peer("127.0.0.1", 0, Mood::kAccepts).port(); }

  FakeDnsServer dns_;
  ResolverOptions options_;
};

std::string address_of(const Outcome& outcome) {
  return outcome ? to_text(outcome->address) : "error: " + outcome.error().message;
}

TEST_F(ConnectTest, ReachesAnAddressWithoutAskingAnybody) {
  const Peer peer("127.0.0.1", 0, Mood::kAccepts);
  const Outcome outcome = connected("127.0.0.1", peer.port());
  ASSERT_TRUE(outcome) << outcome.error().message;
  int delay_off = 0;
  socklen_t length = sizeof delay_off;
  ::getsockopt(outcome->socket.get(), IPPROTO_TCP, TCP_NODELAY, &delay_off, &length);
  EXPECT_NE(delay_off, 0);
  char byte = 0;
  EXPECT_EQ(::recv(outcome->socket.get(), &byte, 1, 0), -1);
  EXPECT_EQ(errno, EAGAIN) << "it does not block";
}

TEST_F(ConnectTest, ReachesANameAndTheBracketsOfAnAddress) {
  const Peer peer("127.0.0.1", 0, Mood::kAccepts);
  dns_.set("api.test", {.addresses = {"127.0.0.1"}});
  EXPECT_EQ(address_of(connected("api.test", peer.port())), "127.0.0.1");
  const Peer six("::1", 0, Mood::kAccepts);
  if (!six.good()) GTEST_SKIP() << "no IPv6 here";
  EXPECT_EQ(address_of(connected("[::1]", six.port())), "::1");
}

TEST_F(ConnectTest, TriesTheNextAddressWhenOneRefuses) {
  const Peer peer("127.0.0.3", 0, Mood::kAccepts);
  dns_.set("api.test", {.addresses = {"127.0.0.1", "127.0.0.2", "127.0.0.3"}});
  EXPECT_EQ(address_of(connected("api.test", peer.port())), "127.0.0.3");
}

TEST_F(ConnectTest, TheOtherFamilyHelpsOut) {
  const Peer four("127.0.0.1", 0, Mood::kAccepts);
  dns_.set("api.test", {.addresses = {"127.0.0.1", "::1"}});
  EXPECT_EQ(address_of(connected("api.test", four.port())), "127.0.0.1");
  const Peer six("::1", 0, Mood::kAccepts);
  if (!six.good()) GTEST_SKIP() << "no IPv6 here";
  EXPECT_EQ(address_of(connected("api.test", six.port())), "::1");
}

TEST_F(ConnectTest, DoesNotWaitForAnAddressThatNeverAnswersAndPrefersTheOther) {
  const Peer silent("127.0.0.1", 0, Mood::kDrops);
  const Peer peer("127.0.0.2", silent.port(), Mood::kAccepts);
  if (!peer.good()) GTEST_SKIP() << "the port is taken";
  dns_.set("api.test", {.addresses = {"127.0.0.1", "127.0.0.2"}});
  Resolver resolver(options_);
  EXPECT_EQ(address_of(connected(resolver, "api.test", peer.port())), "127.0.0.2");
  EXPECT_EQ(to_text(resolver.cached("api.test")->value().front()), "127.0.0.2");
}

TEST_F(ConnectTest, GivesUpAtTheDeadline) {
  const Peer silent("127.0.0.1", 0, Mood::kDrops);
  const Outcome outcome = connected("127.0.0.1", silent.port(), Egress::kOpen, 50ms);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().failure, ConnectFailure::kTimeout);
  EXPECT_THAT(outcome.error().message, HasSubstr("no answer"));
}

TEST_F(ConnectTest, ASlowNameCountsTowardsTheDeadline) {
  dns_.set("api.test", {.addresses = {"127.0.0.1"}});
  dns_.hold();
  const Outcome outcome = connected("api.test", 80, Egress::kOpen, 50ms);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().failure, ConnectFailure::kTimeout);
}

TEST_F(ConnectTest, SaysWhichAddressesRefused) {
  dns_.set("api.test", {.addresses = {"127.0.0.1", "127.0.0.2"}});
  const Outcome outcome = connected("api.test", free_port());
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().failure, ConnectFailure::kConnect);
  EXPECT_THAT(outcome.error().message, HasSubstr("api.test"));
  EXPECT_THAT(outcome.error().message, HasSubstr("127.0.0.1:"));
  EXPECT_THAT(outcome.error().message, HasSubstr("127.0.0.2:"));
  EXPECT_THAT(outcome.error().message, HasSubstr("refused"));
}

TEST_F(ConnectTest, ANameThatDoesNotExistIsAFailureOfDns) {
  for (const auto host : {"nobody.test", "127.1", "a b"}) {
    const Outcome outcome = connected(host, 80);
    ASSERT_FALSE(outcome) << host;
    EXPECT_EQ(outcome.error().failure, ConnectFailure::kDns) << host;
  }
}

TEST_F(ConnectTest, NeverConnectsToItself) {
  // Sooner or later the system gives a socket the very port it connects to. Linux prefers even
  // ports for those that connect, and goes through them one after the other.
  std::uint16_t port = 1;
  while (port % 2 != 0 || !Peer("127.0.0.1", port, Mood::kAccepts).good()) {
    port = static_cast<std::uint16_t>(free_port() & ~1);
  }
  Resolver resolver(options_);
  for (int i = 0; i < 20000; ++i) {
    const Outcome outcome = connected(resolver, "127.0.0.1", port);
    ASSERT_FALSE(outcome) << "after " << i;
  }
}

TEST_F(ConnectTest, BlockedAddressesAreNotConnectedToHoweverTheyAreGiven) {
  const Peer peer("127.0.0.1", 0, Mood::kAccepts);
  dns_.set("inside.test", {.addresses = {"127.0.0.1"}});
  dns_.set("mixed.test", {.addresses = {"192.0.2.1", "127.0.0.1"}});
  dns_.set("mapped.test", {.addresses = {"2001:db8::1", "::ffff:0:127.0.0.1"}});
  struct Case {
    const char* host;
    Egress egress;
  };
  for (const auto& [host, egress] :
       {Case{"127.0.0.1", Egress::kGuarded}, Case{"[::ffff:127.0.0.1]", Egress::kGuarded},
        Case{"[::1]", Egress::kGuarded}, Case{"localhost", Egress::kGuarded},
        Case{"inside.test", Egress::kGuarded}, Case{"mixed.test", Egress::kGuarded},
        Case{"mapped.test", Egress::kGuarded}, Case{"169.254.169.254", Egress::kOperatorWrote},
        Case{"[fe80::1]", Egress::kOperatorWrote}}) {
    const Outcome outcome = connected(host, peer.port(), egress);
    ASSERT_FALSE(outcome) << host;
    EXPECT_EQ(outcome.error().failure, ConnectFailure::kBlocked) << host;
  }
  EXPECT_TRUE(connected("127.0.0.1", peer.port(), Egress::kOperatorWrote));
  EXPECT_TRUE(connected("inside.test", peer.port(), Egress::kOperatorWrote));
}

TEST_F(ConnectTest, ANameThatIsReboundIsJudgedByWhatItIsThen) {
  const Peer peer("127.0.0.1", 0, Mood::kAccepts);
  dns_.set("api.test", {.addresses = {"127.0.0.1"}});
  options_.limits.ttl_floor = 0ms;
  options_.limits.ttl_ceiling = 0ms;
  Resolver resolver(options_);
  EXPECT_TRUE(connected(resolver, "api.test", peer.port(), Egress::kOperatorWrote));
  dns_.set("api.test", {.addresses = {"169.254.169.254"}});
  const Outcome after = connected(resolver, "api.test", peer.port(), Egress::kOperatorWrote);
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().failure, ConnectFailure::kBlocked);
}

TEST_F(ConnectTest, CanBeGivenUpAtEveryStage) {
  const Peer silent("127.0.0.1", 0, Mood::kDrops);
  dns_.set("api.test", {.addresses = {"127.0.0.1"}});
  dns_.hold();
  Resolver resolver(options_);
  std::optional<Outcome> outcome;
  for (const auto host : {"api.test", "127.0.0.1"}) {
    EventLoop loop;
    loop.spawn(connect_and_stop(loop, resolver, host, silent.port(), Egress::kOpen, 60s, outcome));
    loop.run_for(20ms);
    EXPECT_FALSE(outcome) << host;
  }
  dns_.release();
}

}  // namespace
}  // namespace barbacane::net
