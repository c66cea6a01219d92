#include "telemetry/log.h"

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace barbacane::telemetry {
namespace {

using testing::HasSubstr;

/// What a log wrote to a pipe until it was destroyed.
template <class Use>
std::string written(Level level, LogFormat format, Use use) {
  int ends[2];
  if (::pipe(ends) != 0) return "no pipe";
  std::string text;
  std::thread reader([&] {
    char bytes[4096];
    for (ssize_t n; (n = ::read(ends[0], bytes, sizeof bytes)) > 0;) {
      text.append(bytes, static_cast<std::size_t>(n));
    }
  });
  {
    Log log(level, format, ends[1]);
    use(log);
  }
  ::close(ends[1]);
  reader.join();
  ::close(ends[0]);
  return text;
}

TEST(Log, WritesEverythingQueuedBeforeItGoes) {
  const std::string text = written(Level::kInfo, LogFormat::kJson, [](Log& log) {
    for (int i = 0; i < 1000; ++i) log.text(Level::kInfo, "t", "line");
  });
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1000);
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
  const std::string text = written(Level::kWarn, LogFormat::kJson, [](Log& log) {
    EXPECT_FALSE(log.enabled(Level::kInfo));
    EXPECT_TRUE(log.enabled(Level::kError));
    log.event(Level::kInfo, "t", "quiet");
    log.event(Level::kWarn, "t", "loud");
  });
  EXPECT_THAT(text, testing::Not(HasSubstr("quiet")));
  EXPECT_THAT(text, HasSubstr("loud"));
}

TEST(Log, KeepsLinesOfSeveralThreadsWhole) {
  const std::string text = written(Level::kInfo, LogFormat::kJson, [](Log& log) {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&log] {
        for (int i = 0; i < 200; ++i) log.event(Level::kInfo, "t", "e", {{"i", std::int64_t{i}}});
      });
    }
  });
  std::size_t start = 0;
  std::size_t lines = 0;
  for (std::size_t end; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
    const std::string line = text.substr(start, end - start);
    EXPECT_THAT(line, testing::StartsWith("{\"timestamp\""));
    EXPECT_THAT(line, testing::EndsWith("}}"));
    ++lines;
  }
  EXPECT_EQ(lines, 800U);
}

TEST(Log, SurvivesAReaderThatWentAway) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  {
    Log log(Level::kInfo, LogFormat::kJson, ends[1]);
    log.text(Level::kInfo, "t", "nobody reads this");
  }
  ::close(ends[1]);
  Log closed(Level::kInfo, LogFormat::kJson, ends[1]);
  closed.text(Level::kInfo, "t", "nor this");
}

TEST(LogNames, ParseWithoutRegardToCase) {
  EXPECT_EQ(parse_level("WARN"), Level::kWarn);
  EXPECT_EQ(parse_level("trace"), Level::kTrace);
  EXPECT_EQ(parse_level("loud"), std::nullopt);
  EXPECT_EQ(parse_format("Pretty"), LogFormat::kPretty);
  EXPECT_EQ(parse_format("JSON-FLAT"), LogFormat::kJsonFlat);
  EXPECT_EQ(parse_format("something"), LogFormat::kJson);
}

}  // namespace
}  // namespace barbacane::telemetry
