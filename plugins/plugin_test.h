#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testkit/plugin_harness.h"

/// What the tests of all plugins have in common: each test runs the module of either interface.
///
///     class Cors : public PluginTest {
///      protected:
///       Cors() : PluginTest("cors") {}
///     };
///     TEST_P(Cors, LetsOthersPass) { … load(R"({…})") … }
///     BARBACANE_BOTH_INTERFACES(Cors)
namespace barbacane::plugins {

using Exchange = testkit::PluginHarness::Exchange;
using Verdict = Exchange::Verdict;
using testkit::PluginAbi;
using testkit::PluginHarness;
using testkit::PluginRequest;
using testkit::PluginResponse;

class PluginTest : public testing::TestWithParam<PluginAbi> {
 protected:
  explicit PluginTest(std::string_view plugin) : module_(module_path(plugin, GetParam())) {}

  /// The plugin with that config, which it must accept. Valid until the next one.
  PluginHarness& load(const std::string& config) {
    harness_ = std::make_unique<PluginHarness>(module_, config);
    EXPECT_EQ(harness_->error(), "") << config;
    return *harness_;
  }

  /// What the plugin says against that config; empty when it takes it.
  std::string refusal(const std::string& config) const {
    PluginHarness harness(module_, config);
    if (harness.error().empty()) return {};
    std::string text = harness.error();
    for (const auto& [level, line] : harness.logs()) text += "\n" + level + ": " + line;
    return text;
  }

 private:
  std::string module_;
  std::unique_ptr<PluginHarness> harness_;
};

/// The member of a problem document (or of any JSON object without nesting) as it stands there.
inline std::string member(const PluginResponse& response, std::string_view name) {
  const std::string body = response.body.value_or("");
  const std::string key = "\"" + std::string(name) + "\":";
  const std::size_t begin = body.find(key);
  if (begin == std::string::npos) return "absent";
  const std::string rest = body.substr(begin + key.size());
  if (rest.front() != '"') return rest.substr(0, rest.find_first_of(",}"));
  return rest.substr(1, rest.find('"', 1) - 1);
}

inline std::string interface_name(const testing::TestParamInfo<PluginAbi>& info) {
  return info.param == PluginAbi::kDirect ? "Direct" : "Json";
}

}  // namespace barbacane::plugins

#define BARBACANE_BOTH_INTERFACES(Suite)                                             \
  INSTANTIATE_TEST_SUITE_P(Interfaces, Suite,                                        \
                           testing::Values(::barbacane::testkit::PluginAbi::kDirect, \
                                           ::barbacane::testkit::PluginAbi::kJson),  \
                           ::barbacane::plugins::interface_name)
