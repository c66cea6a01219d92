#include "app/log_filter.h"

#include <gtest/gtest.h>

namespace barbacane::app {
namespace {

using telemetry::Level;

TEST(LogFilter, TakesAPlainLevelInAnyLetterCase) {
  EXPECT_EQ(parse_log_filter("debug"), Level::kDebug);
  EXPECT_EQ(parse_log_filter(" WARN "), Level::kWarn);
}

TEST(LogFilter, TakesTheLevelOfOurOwnTargetBeforeTheDefault) {
  EXPECT_EQ(parse_log_filter("barbacane=trace,info,hyper=error"), Level::kTrace);
  EXPECT_EQ(parse_log_filter("hyper=error,barbacane=trace"), Level::kTrace);
}

TEST(LogFilter, FallsBackToTheDefaultOfAList) {
  EXPECT_EQ(parse_log_filter("warn,hyper=error"), Level::kWarn);
  EXPECT_EQ(parse_log_filter("hyper=info"), Level::kError);
}

TEST(LogFilter, RefusesWhatIsNoFilter) {
  EXPECT_FALSE(parse_log_filter(""));
  EXPECT_FALSE(parse_log_filter("loud"));
  EXPECT_FALSE(parse_log_filter("info,barbacane=loud"));
  EXPECT_FALSE(parse_log_filter("info,,debug"));
}

}  // namespace
}  // namespace barbacane::app
