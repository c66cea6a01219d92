#include "gateway/process_state.h"

#include <array>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace barbacane::gateway {
namespace {

using testing::HasSubstr;

TEST(ProcessState, LogsWhatTheResolverWarnsOf) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  {
    telemetry::Log log(telemetry::Level::kWarn, telemetry::LogFormat::kJson, pipe[1]);
    resolver_options(log).warn("DNS is slow to answer for 'api.test'");
  }  // which writes out what is queued
  ::close(pipe[1]);
  std::array<char, 1024> bytes{};
  const ssize_t got = ::read(pipe[0], bytes.data(), bytes.size());
  ::close(pipe[0]);
  ASSERT_GT(got, 0);
  const std::string line(bytes.data(), static_cast<std::size_t>(got));
  EXPECT_THAT(line, HasSubstr(R"("level":"warn")"));
  EXPECT_THAT(line, HasSubstr("barbacane::dns"));
  EXPECT_THAT(line, HasSubstr("DNS is slow to answer for 'api.test'"));
}

}  // namespace
}  // namespace barbacane::gateway
