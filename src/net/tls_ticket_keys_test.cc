#include "net/tls_ticket_keys.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace barbacane::net {
namespace {

using Pair = std::shared_ptr<const TlsTicketKeys::Pair>;
constexpr auto kPeriod = TlsTicketKeys::kPeriod;

TEST(TlsTicketKeys, AreTheSameForAllWhoAskInAPeriod) {
  TlsTicketKeys keys;
  const auto now = TlsTicketKeys::Clock::now();
  Pair one;
  Pair other;
  keys.refresh(one, now);
  keys.refresh(other, now + kPeriod / 2);
  EXPECT_EQ(one, other);
  EXPECT_NE(one->current.name, one->previous.name);
  EXPECT_NE(one->current.aes, one->current.hmac);
}

TEST(TlsTicketKeys, KeepTheLastPeriodsKeyAndNoOlder) {
  TlsTicketKeys keys;
  const auto now = TlsTicketKeys::Clock::now();
  Pair first;
  keys.refresh(first, now);
  Pair second;
  keys.refresh(second, now + kPeriod + std::chrono::minutes(1));
  EXPECT_EQ(second->previous.name, first->current.name);
  EXPECT_EQ(second->previous.aes, first->current.aes);
  EXPECT_NE(second->current.name, first->current.name);
  Pair much_later;
  keys.refresh(much_later, now + 5 * kPeriod);
  EXPECT_NE(much_later->previous.name, second->current.name);
  EXPECT_NE(much_later->current.name, second->current.name);
}

TEST(TlsTicketKeys, ReachOthersThroughTheirNextLook) {
  TlsTicketKeys keys;
  const auto now = TlsTicketKeys::Clock::now();
  Pair slow;
  keys.refresh(slow, now);
  Pair fast;
  keys.refresh(fast, now + kPeriod + std::chrono::minutes(1));
  EXPECT_NE(slow, fast);
  keys.refresh(slow, now);  // its clock is behind; the keys are not
  EXPECT_EQ(slow, fast);
}

TEST(TlsTicketKeys, RotateOnceForAllThreads) {
  TlsTicketKeys keys;
  const auto later = TlsTicketKeys::Clock::now() + kPeriod + std::chrono::minutes(1);
  std::vector<Pair> seen(4);
  {
    std::vector<std::jthread> threads;
    for (Pair& pair : seen) {
      threads.emplace_back([&keys, &pair, later] { keys.refresh(pair, later); });
    }
  }
  for (const Pair& pair : seen) EXPECT_EQ(pair, seen.front());
}

}  // namespace
}  // namespace barbacane::net
