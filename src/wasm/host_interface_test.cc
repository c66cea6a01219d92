#include "wasm/host_interface.h"

#include <algorithm>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barbacane::wasm {
namespace {

const HostFunction& function(HostModule module, std::string_view name) {
  return kHostFunctions[find_host_function(module, name).value()];
}

std::ptrdiff_t count_of(HostModule module) {
  return std::ranges::count(kHostFunctions, module, &HostFunction::module);
}

TEST(HostInterface, HasEveryFunctionOfTheContractOnce) {
  EXPECT_EQ(count_of(HostModule::kBarbacane), 37 + 1);  // and host_http_detach
  EXPECT_EQ(count_of(HostModule::kDirect), 19);
  EXPECT_EQ(count_of(HostModule::kWasi), 7 + 6);
  std::set<std::string> names;
  for (const HostFunction& one : kHostFunctions) {
    names.insert(std::string(to_string(one.module)) + "." + std::string(one.name));
    EXPECT_FALSE(one.summary.empty()) << one.name;
  }
  EXPECT_EQ(names.size(), kHostFunctionCount);
}

TEST(HostInterface, FindsFunctionsByTheNamesThatModulesImport) {
  static_assert(host_index(HostModule::kBarbacane, "host_set_output") == 0);
  constexpr std::size_t kLog = host_index(HostModule::kBarbacane, "host_log");
  EXPECT_EQ(find_host_function(HostModule::kBarbacane, "host_log"), kLog);
  EXPECT_EQ(find_host_function(HostModule::kDirect, "host_log"), std::nullopt);
  EXPECT_EQ(find_host_module("wasi_snapshot_preview1"), HostModule::kWasi);
  EXPECT_EQ(find_host_module("barbacane_direct"), HostModule::kDirect);
  EXPECT_EQ(find_host_module("env"), std::nullopt);
}

TEST(HostInterface, GivesOnlyTheFirstAbiWhatTheDirectOneReplaces) {
  for (const char* name :
       {"host_set_output", "host_body_len", "host_body_read", "host_body_set", "host_body_clear",
        "host_context_get", "host_context_read_result", "host_context_set"}) {
    EXPECT_FALSE(function(HostModule::kBarbacane, name).usable_from(Abi::kDirect)) << name;
    EXPECT_TRUE(function(HostModule::kBarbacane, name).usable_from(Abi::kJson)) << name;
  }
  EXPECT_TRUE(function(HostModule::kBarbacane, "host_http_call").usable_from(Abi::kDirect));
  EXPECT_FALSE(function(HostModule::kDirect, "field_get").usable_from(Abi::kJson));
  EXPECT_TRUE(function(HostModule::kWasi, "random_get").usable_from(Abi::kJson));
}

TEST(HostInterface, LetsASpanStartWithAndWithoutResult) {
  const HostFunction& start = function(HostModule::kBarbacane, "host_span_start");
  EXPECT_TRUE(start.accepts(Signature("(i32, i32) -> i32").type()));
  EXPECT_TRUE(start.accepts(Signature("(i32, i32)").type()));
  EXPECT_FALSE(start.accepts(Signature("(i32) -> i32").type()));
  const HostFunction& end = function(HostModule::kBarbacane, "host_span_end");
  EXPECT_FALSE(end.accepts(Signature("() -> i32").type()));
}

TEST(HostInterface, KnowsWhatWaits) {
  std::set<std::string_view> waiting;
  for (const HostFunction& one : kHostFunctions) {
    if (one.answer == Answer::kMayWait) waiting.insert(one.name);
  }
  EXPECT_THAT(waiting, ::testing::UnorderedElementsAre(
                           "host_http_call", "host_http_stream", "host_ws_upgrade",
                           "host_kafka_publish", "host_nats_publish", "host_rate_limit_check"));
}

TEST(HostInterface, EveryCapabilityCoversAFunction) {
  for (std::size_t i = 0; i < kCapabilityCount; ++i) {
    const auto capability = static_cast<Capability>(i);
    EXPECT_TRUE(std::ranges::any_of(kHostFunctions, [&](const HostFunction& one) {
      return one.granted_by.contains(capability);
    })) << to_string(capability);
    EXPECT_EQ(find_capability(to_string(capability)), capability);
  }
  EXPECT_TRUE(std::ranges::is_sorted(kCapabilityNames));
  EXPECT_EQ(find_capability("http_stream"), Capability::kHttpCall);
  EXPECT_EQ(find_capability("body_access"), std::nullopt);
  EXPECT_EQ(find_capability("host_log"), std::nullopt);
}

TEST(HostInterface, ReadsTheCapabilitiesOfAnArtifact) {
  const std::string names[] = {"log", "http_stream", "of-tomorrow"};
  EXPECT_EQ(capability_set(names), (CapabilitySet{Capability::kHttpCall, Capability::kLog}));
}

TEST(HostInterface, SharesResultSlotsBetweenCapabilities) {
  const HostFunction& http = function(HostModule::kBarbacane, "host_http_read_result");
  EXPECT_TRUE(http.granted_by.contains(Capability::kHttpCall));
  EXPECT_TRUE(http.granted_by.contains(Capability::kWsUpgrade));
  const HostFunction& broker = function(HostModule::kBarbacane, "host_broker_read_result");
  EXPECT_EQ(broker.granted_by,
            (CapabilitySet{Capability::kKafkaPublish, Capability::kNatsPublish}));
}

}  // namespace
}  // namespace barbacane::wasm
