#include "net/resolver.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/file.h"
#include "net/detail/fake_dns_server.h"

namespace barbacane::net {
namespace {

using namespace std::chrono_literals;
using detail::FakeDnsServer;
using Manner = FakeDnsServer::Manner;
using Texts = std::vector<std::string>;
using Clock = Resolver::Clock;

/// Longer than any test waits for what does come.
constexpr auto kLong = 60s;

Texts texts(const Resolution& resolution) {
  Texts out;
  if (!resolution) return {"error: " + resolution.error().message};
  for (const IpAddress& address : *resolution) out.push_back(to_text(address));
  return out;
}

/// Somebody who waits on another thread than the resolver's.
class Asker {
 public:
  void ask(Resolver& resolver, std::string_view host, Clock::duration patience = kLong) {
    query_ = resolver.resolve(host, Clock::now() + patience, [this](const Resolution& resolution) {
      promise_.set_value(resolution);
    });
  }
  Resolution answer() { return future_.get(); }
  void cancel() { query_.cancel(); }
  bool was_answered() const { return future_.wait_for(0s) == std::future_status::ready; }

 private:
  std::promise<Resolution> promise_;
  std::future<Resolution> future_ = promise_.get_future();
  Resolver::Query query_;
};

Resolution resolved(Resolver& resolver, std::string_view host, Clock::duration patience = kLong) {
  Asker asker;
  asker.ask(resolver, host, patience);
  return asker.answer();
}

ResolveFailure failure(const Resolution& resolution) {
  EXPECT_FALSE(resolution) << "has addresses";
  return resolution ? ResolveFailure::kNotAName : resolution.error().failure;
}

class ResolverTest : public ::testing::Test {
 protected:
  ResolverTest() {
    options_.servers = server_.address();
    options_.hosts_file = path("hosts");
    options_.resolv_conf = path("resolv.conf");
    options_.query_timeout = 20s;  // nothing is asked twice unless a test says so
    write("resolv.conf", "nameserver 127.0.0.1\noptions ndots:1\nsearch search.test\n");
    write("hosts", "");
  }
  ~ResolverTest() override {
    for (const auto name : {"hosts", "resolv.conf"}) ::unlink(path(name).c_str());
  }

  static std::string path(const std::string& name) {
    return ::testing::TempDir() + "bb_resolver_test_" + std::to_string(::getpid()) + "_" + name;
  }
  static void write(const std::string& name, std::string_view text) {
    ASSERT_TRUE(base::write_file_atomically(path(name), text));
  }
  /// Whatever is found expires at once.
  void forget_quickly() {
    options_.limits.ttl_floor = 0ms;
    options_.limits.ttl_ceiling = 0ms;
  }

  FakeDnsServer server_;
  ResolverOptions options_;
};

TEST_F(ResolverTest, AddressesAreAnsweredAsTheyAre) {
  Resolver resolver(options_);
  for (const auto& [host, text] : {std::pair{"127.0.0.1", "127.0.0.1"},
                                   {"::1", "::1"},
                                   {"[2001:db8::1]", "2001:db8::1"},
                                   {"::ffff:10.0.0.1", "10.0.0.1"}}) {
    ASSERT_TRUE(resolver.cached(host)) << host;
    EXPECT_EQ(texts(*resolver.cached(host)), Texts{text});
    EXPECT_EQ(texts(resolved(resolver, host)), Texts{text});
  }
}

TEST_F(ResolverTest, WhatIsNoNameIsNeverAskedFor) {
  Resolver resolver(options_);
  for (const auto host : {"", "a b", "a..b", "127.1", "0x7f.1", "fe80::1%lo", "[127.0.0.1]"}) {
    ASSERT_TRUE(resolver.cached(host)) << host;
    EXPECT_EQ(failure(resolved(resolver, host)), ResolveFailure::kNotAName) << host;
  }
}

TEST_F(ResolverTest, GivesAllAddressesOfBothFamiliesInTurns) {
  server_.set("api.test", {.addresses = {"192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"}});
  Resolver resolver(options_);
  const Resolution resolution = resolved(resolver, "api.test");
  EXPECT_THAT(texts(resolution), ::testing::UnorderedElementsAre("192.0.2.1", "192.0.2.2",
                                                                 "2001:db8::1", "2001:db8::2"));
  EXPECT_NE(is_ipv4(resolution->at(0)), is_ipv4(resolution->at(1)));
  EXPECT_NE(is_ipv4(resolution->at(1)), is_ipv4(resolution->at(2)));
}

TEST_F(ResolverTest, KeepsTheOrderOfTheServer) {
  server_.set("api.test", {.addresses = {"192.0.2.3", "192.0.2.1", "192.0.2.2"}});
  Resolver resolver(options_);
  EXPECT_EQ(texts(resolved(resolver, "api.test")), (Texts{"192.0.2.3", "192.0.2.1", "192.0.2.2"}));
}

TEST_F(ResolverTest, FollowsAliases) {
  server_.set("api.test", {.addresses = {"192.0.2.1"}, .alias_of = "real.test"});
  Resolver resolver(options_);
  EXPECT_EQ(texts(resolved(resolver, "api.test")), Texts{"192.0.2.1"});
}

TEST_F(ResolverTest, AsksOnceWhileTheTtlLastsHoweverItIsSpelled) {
  server_.set("api.test", {.addresses = {"192.0.2.1"}, .ttl = 300});
  Resolver resolver(options_);
  EXPECT_FALSE(resolver.cached("api.test"));
  for (const auto host : {"api.test", "API.test", "Api.Test"}) {
    EXPECT_EQ(texts(resolved(resolver, host)), Texts{"192.0.2.1"});
    ASSERT_TRUE(resolver.cached(host));
    EXPECT_EQ(texts(*resolver.cached(host)), Texts{"192.0.2.1"});
  }
  EXPECT_EQ(server_.asked("api.test"), 1);
}

TEST_F(ResolverTest, ATtlOfZeroIsHeldForTheFloor) {
  server_.set("api.test", {.addresses = {"192.0.2.1"}, .ttl = 0});
  options_.limits.ttl_floor = 1h;
  Resolver resolver(options_);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(resolved(resolver, "api.test"));
  EXPECT_EQ(server_.asked("api.test"), 1);
}

TEST_F(ResolverTest, AsksAgainWhenTheShortestTtlOnTheWayIsOver) {
  server_.set("api.test", {.addresses = {"192.0.2.1"}, .ttl = 300});
  server_.set("alias.test",
              {.addresses = {"192.0.2.1"}, .ttl = 300, .alias_of = "real.test", .alias_ttl = 0});
  options_.limits.ttl_floor = 0ms;
  Resolver resolver(options_);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(resolved(resolver, "api.test"));
    EXPECT_TRUE(resolved(resolver, "alias.test"));
  }
  EXPECT_EQ(server_.asked("api.test"), 1);
  EXPECT_EQ(server_.asked("alias.test"), 2);
}

TEST_F(ResolverTest, AddressesThatChangeAreSeenAfterTheCeiling) {
  server_.set("api.test", {.addresses = {"192.0.2.1"}, .ttl = 86400});
  forget_quickly();
  Resolver resolver(options_);
  EXPECT_EQ(texts(resolved(resolver, "api.test")), Texts{"192.0.2.1"});
  server_.set("api.test", {.addresses = {"192.0.2.2"}});
  EXPECT_EQ(texts(resolved(resolver, "api.test")), Texts{"192.0.2.2"});
}

TEST_F(ResolverTest, FailuresAreToldApartAndRememberedForAMoment) {
  server_.set("broken.test", {.code = FakeDnsServer::kServerFailure});
  server_.set("empty.test", {});
  options_.limits.failure = 1h;
  options_.limits.no_such_name = 1h;
  options_.query_timeout = 50ms;
  Resolver resolver(options_);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(failure(resolved(resolver, "nobody.test")), ResolveFailure::kNoSuchName);
    EXPECT_EQ(failure(resolved(resolver, "empty.test")), ResolveFailure::kNoSuchName);
    EXPECT_EQ(failure(resolved(resolver, "broken.test")), ResolveFailure::kFailed);
    EXPECT_TRUE(resolver.cached("nobody.test"));
  }
  EXPECT_EQ(server_.asked("nobody.test"), 1);
  EXPECT_NE(resolved(resolver, "broken.test").error().message.find("broken.test"),
            std::string::npos);
}

TEST_F(ResolverTest, GarbageAndSilenceAreFailures) {
  server_.set("garbage.test", {.manner = Manner::kGarbage});
  server_.set("silent.test", {.manner = Manner::kSilent});
  options_.query_timeout = 20ms;
  options_.patience = 10ms;
  Resolver resolver(options_);
  EXPECT_EQ(failure(resolved(resolver, "garbage.test")), ResolveFailure::kFailed);
  EXPECT_EQ(failure(resolved(resolver, "silent.test")), ResolveFailure::kFailed);
}

TEST_F(ResolverTest, TruncatedAnswersAreFetchedOverTcp) {
  FakeDnsServer::Record many{.manner = Manner::kTruncated};
  for (int i = 1; i <= 100; ++i) many.addresses.push_back("192.0.2." + std::to_string(i));
  server_.set("many.test", many);
  Resolver resolver(options_);
  EXPECT_EQ(texts(resolved(resolver, "many.test")), many.addresses);
}

TEST_F(ResolverTest, WhoAsksWaitsNoLongerThanTheDeadline) {
  server_.set("api.test", {.addresses = {"192.0.2.1"}});
  server_.hold();
  Resolver resolver(options_);
  Asker patient;
  patient.ask(resolver, "api.test");
  EXPECT_EQ(failure(resolved(resolver, "api.test", 30ms)), ResolveFailure::kTimeout);
  EXPECT_EQ(failure(resolved(resolver, "api.test", -1s)), ResolveFailure::kTimeout);
  server_.release();
  EXPECT_EQ(texts(patient.answer()), Texts{"192.0.2.1"});
}

TEST_F(ResolverTest, ManyWhoAskForOneNameAskOnce) {
  server_.set("api.test", {.addresses = {"192.0.2.1"}});
  server_.hold();
  options_.patience = kLong;
  Resolver resolver(options_);
  std::vector<Asker> askers(40);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (std::size_t i = t * 10; i < (t + 1) * 10; ++i) askers[i].ask(resolver, "api.test");
      });
    }
  }
  server_.release();
  for (Asker& asker : askers) EXPECT_EQ(texts(asker.answer()), Texts{"192.0.2.1"});
  EXPECT_EQ(server_.asked("api.test"), 1);
}

TEST_F(ResolverTest, WhoeverCancelsIsNotCalled) {
  server_.set("api.test", {.addresses = {"192.0.2.1"}});
  server_.hold();
  Resolver resolver(options_);
  Asker leaves;
  Asker stays;
  leaves.ask(resolver, "api.test");
  stays.ask(resolver, "api.test");
  leaves.cancel();
  server_.release();
  EXPECT_EQ(texts(stays.answer()), Texts{"192.0.2.1"});
  EXPECT_FALSE(leaves.was_answered());
}

TEST_F(ResolverTest, NobodyIsCalledOnceItIsGone) {
  server_.set("api.test", {.addresses = {"192.0.2.1"}});
  server_.hold();
  Asker asker;
  {
    Resolver resolver(options_);
    asker.ask(resolver, "api.test");
    server_.wait_until_asked("api.test", 1);
  }
  server_.release();
  EXPECT_FALSE(asker.was_answered());
}

TEST_F(ResolverTest, WhileDnsFailsExpiredAddressesAreUsedAndThatIsSaid) {
  server_.set("api.test", {.addresses = {"192.0.2.1"}});
  forget_quickly();
  options_.limits.stale_recheck = 0ms;
  options_.query_timeout = 50ms;
  std::promise<std::string> warned;
  std::once_flag once;
  options_.warn = [&](std::string_view text) {
    std::call_once(once, [&] { warned.set_value(std::string(text)); });
  };
  Resolver resolver(options_);
  EXPECT_EQ(texts(resolved(resolver, "api.test")), Texts{"192.0.2.1"});
  server_.set("api.test", {.code = FakeDnsServer::kServerFailure});
  EXPECT_EQ(texts(resolved(resolver, "api.test")), Texts{"192.0.2.1"});
  EXPECT_THAT(warned.get_future().get(), ::testing::HasSubstr("api.test"));
  server_.set("api.test", {.code = FakeDnsServer::kNoSuchName});
  EXPECT_EQ(failure(resolved(resolver, "api.test")), ResolveFailure::kNoSuchName);
}

TEST_F(ResolverTest, WhileDnsIsSlowExpiredAddressesAreUsed) {
  server_.set("api.test", {.addresses = {"192.0.2.1"}});
  forget_quickly();
  options_.patience = 10ms;
  Resolver resolver(options_);
  EXPECT_TRUE(resolved(resolver, "api.test"));
  server_.set("api.test", {.addresses = {"192.0.2.2"}});
  server_.hold();
  EXPECT_EQ(texts(resolved(resolver, "api.test")), Texts{"192.0.2.1"});
  ASSERT_TRUE(resolver.cached("api.test")) << "the next one does not wait at all";
  EXPECT_EQ(texts(*resolver.cached("api.test")), Texts{"192.0.2.1"});
  server_.release();
}

TEST_F(ResolverTest, AServerThatNeverAnswersForIpv6IsGoodForIpv4) {
  server_.set("api.test",
              {.addresses = {"192.0.2.1", "2001:db8::1"}, .manner = Manner::kSilentForIpv6});
  options_.patience = 10ms;
  Resolver resolver(options_);
  EXPECT_EQ(texts(resolved(resolver, "api.test")), Texts{"192.0.2.1"});
}

TEST_F(ResolverTest, TheHostsFileComesFirstAndIsReadAnew) {
  server_.set("api.test", {.addresses = {"192.0.2.1"}});
  write("hosts", "198.51.100.1 api.test\n::1 api.test\n");
  forget_quickly();
  Resolver resolver(options_);
  EXPECT_EQ(texts(resolved(resolver, "API.test")), (Texts{"198.51.100.1", "::1"}));
  write("hosts", "198.51.100.2 api.test\n");
  EXPECT_EQ(texts(resolved(resolver, "api.test")), Texts{"198.51.100.2"});
  EXPECT_EQ(server_.asked("api.test"), 0);
  write("hosts", "");
  EXPECT_EQ(texts(resolved(resolver, "api.test")), Texts{"192.0.2.1"});
}

TEST_F(ResolverTest, LocalhostNeedsNeitherFileNorServer) {
  Resolver resolver(options_);
  EXPECT_EQ(texts(resolved(resolver, "localhost")), (Texts{"127.0.0.1", "::1"}));
  EXPECT_EQ(texts(resolved(resolver, "api.LOCALHOST")), (Texts{"127.0.0.1", "::1"}));
  EXPECT_EQ(server_.asked("localhost"), 0);
}

TEST_F(ResolverTest, NobodyIsAskedForNamesThatCannotBe) {
  server_.set("nobody.invalid", {.addresses = {"192.0.2.1"}});
  Resolver resolver(options_);
  EXPECT_EQ(failure(resolved(resolver, "nobody.invalid")), ResolveFailure::kNoSuchName);
  EXPECT_EQ(server_.asked("nobody.invalid"), 0);
  write("hosts", "198.51.100.1 known.invalid\n");
  EXPECT_EQ(texts(resolved(resolver, "known.invalid")), Texts{"198.51.100.1"});
}

TEST_F(ResolverTest, AReplacedResolvConfCountsForTheNextName) {
  server_.set("one.search.test", {.addresses = {"192.0.2.1"}});
  server_.set("two.other.test", {.addresses = {"192.0.2.2"}});
  options_.configuration_check = 0ms;
  Resolver resolver(options_);
  EXPECT_EQ(texts(resolved(resolver, "one")), Texts{"192.0.2.1"});
  server_.hold();
  Asker from_before;
  from_before.ask(resolver, "late.search.test");
  server_.wait_until_asked("late.search.test", 1);
  write("resolv.conf", "nameserver 127.0.0.1\noptions ndots:1\nsearch other.test\n");
  Asker from_after;
  from_after.ask(resolver, "two");
  server_.release();
  EXPECT_EQ(texts(from_after.answer()), Texts{"192.0.2.2"});
  EXPECT_EQ(failure(from_before.answer()), ResolveFailure::kNoSuchName);
}

TEST_F(ResolverTest, TooManyNamesAtOnceAreRefused) {
  server_.hold();
  options_.limits.pending_names = 2;
  Resolver resolver(options_);
  std::vector<Asker> askers(2);
  askers[0].ask(resolver, "one.test");
  askers[1].ask(resolver, "two.test");
  EXPECT_EQ(failure(resolved(resolver, "three.test")), ResolveFailure::kFailed);
  server_.release();
  EXPECT_EQ(failure(askers[0].answer()), ResolveFailure::kNoSuchName);
  EXPECT_EQ(failure(askers[1].answer()), ResolveFailure::kNoSuchName);
}

TEST_F(ResolverTest, ADemotedAddressIsGivenLast) {
  server_.set("api.test", {.addresses = {"192.0.2.1", "192.0.2.2"}});
  Resolver resolver(options_);
  EXPECT_TRUE(resolved(resolver, "api.test"));
  resolver.demote("API.test", *parse_ip("192.0.2.1"));
  EXPECT_EQ(texts(resolved(resolver, "api.test")), (Texts{"192.0.2.2", "192.0.2.1"}));
}

TEST_F(ResolverTest, ServesManyThreadsThatComeAndGo) {
  for (int i = 0; i < 8; ++i) {
    server_.set("n" + std::to_string(i) + ".test", {.addresses = {"192.0.2.1", "2001:db8::1"}});
  }
  forget_quickly();
  Resolver resolver(options_);
  std::atomic<int> answered = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 100; ++i) {
          const std::string host = "n" + std::to_string((t + i) % 8) + ".test";
          Asker dropped;
          dropped.ask(resolver, host);
          if (i % 3 == 0) dropped.cancel();
          resolver.cached(host);
          resolver.demote(host, *parse_ip("192.0.2.1"));
          if (resolved(resolver, host)) ++answered;
        }
      });
    }
  }
  EXPECT_EQ(answered, 400);
}

}  // namespace
}  // namespace barbacane::net
