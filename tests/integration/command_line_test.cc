// The conventions every command shares: cli.md, section 1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testkit/program.h"

namespace barbacane::integration {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::StartsWith;
using testkit::run;

TEST(CommandLine, PrintsItsVersion) {
  for (const char* flag : {"--version", "-V"}) {
    const auto result = run({flag});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_THAT(result.out, MatchesRegex("barbacane [0-9]+\\.[0-9]+\\.[0-9]+\n"));
    EXPECT_THAT(result.err, IsEmpty());
  }
}

TEST(CommandLine, HelpsOnEveryLevel) {
  const std::vector<std::vector<std::string>> helps{
      {"--help"},
      {"-h"},
      {"help"},
      {"init", "--help"},
      {"compile", "--help"},
      {"validate", "-h"},
      {"serve", "--help"},
      {"help", "compile"},
      {"help", "plugin"},
      {"help", "plugin", "new"},
      {"plugin", "--help"},
      {"plugin", "list", "--help"},
      {"plugin", "show", "--help"},
      {"plugin", "new", "--help"},
      {"plugin", "test", "--help"},
      {"plugin", "inspect", "--help"},
  };
  for (const auto& arguments : helps) {
    const auto result = run(arguments);
    EXPECT_EQ(result.exit_code, 0) << arguments.front();
    EXPECT_THAT(result.out, HasSubstr("Usage: barbacane")) << arguments.front();
    EXPECT_THAT(result.out, HasSubstr("Example")) << arguments.front();
    EXPECT_THAT(result.err, IsEmpty()) << arguments.front();
  }
}

TEST(CommandLine, NamesTheCommandsThatExist) {
  const std::string help = run({"--help"}).out;
  for (const char* command : {"init", "compile", "validate", "serve", "plugin"}) {
    EXPECT_THAT(help, HasSubstr(command));
  }
}

TEST(CommandLine, ShowsHelpAsAnErrorWithoutACommand) {
  const auto result = run({});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, HasSubstr("Usage: barbacane"));
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  const std::vector<std::vector<std::string>> wrong{
      {"frobnicate"},
      {"--frobnicate"},
      {"help", "frobnicate"},
      {"compile", "--frobnicate"},
      {"compile", "-m", "a", "-o", "b", "stray"},
      {"compile", "--manifest", "a"},
      {"compile", "--output", "b"},
      {"compile", "--version"},
      {"validate"},
      {"validate", "--spec"},
      {"validate", "--spe", "a.yaml"},
      {"serve"},
      {"plugin", "frobnicate"},
      {"plugin", "--frobnicate"},
      {"plugin", "show"},
      {"plugin", "inspect"},
      {"plugin", "new", "a-name"},
      {"plugin", "new", "a-name", "--type", "teapot"},
      {"plugin", "new", "A Name", "--type", "middleware"},
      {"plugin", "list", "--format", "yaml"},
      {"serve", "--artifact", "a", "--max-headers", "many"},
      {"serve", "--artifact", "a", "--max-headers", "0x10"},
      {"serve", "--artifact", "a", "--max-body-size=-1"},
      {"serve", "--artifact", "a", "--log-level", "loud"},
      {"serve", "--artifact", "a", "--artifact", "b"},
      {"serve", "--artifact", "a", "--dev", "--frobnicate"},
  };
  for (const auto& arguments : wrong) {
    const auto result = run(arguments);
    EXPECT_EQ(result.exit_code, 2) << testing::PrintToString(arguments);
    EXPECT_THAT(result.out, IsEmpty()) << testing::PrintToString(arguments);
    EXPECT_THAT(result.err, StartsWith("error: ")) << testing::PrintToString(arguments);
  }
}

TEST(CommandLine, DoesNotAcceptFlagsOfLaterWorkSilently) {
  for (const char* flag : {"--otlp-endpoint", "--trace-sampling", "--traffic-metrics",
                           "--control-plane", "--vault-addr"}) {
    EXPECT_EQ(run({"serve", "--artifact", "a", flag, "1"}).exit_code, 2) << flag;
  }
}

TEST(CommandLine, SuggestsTheNearestName) {
  EXPECT_THAT(run({"complie"}).err, HasSubstr("did you mean 'compile'?"));
  EXPECT_THAT(run({"serve", "--artefact", "a"}).err, HasSubstr("did you mean '--artifact'?"));
}

TEST(CommandLine, TakesEveryFlagSyntax) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"validate", "--spec", "missing.yaml"},
                                             {"validate", "--spec=missing.yaml"},
                                             {"validate", "-s", "missing.yaml"},
                                             {"validate", "-smissing.yaml"},
                                             {"validate", "-s=missing.yaml"}}) {
    const auto result = run(arguments);
    EXPECT_EQ(result.exit_code, 1) << arguments[1];
    EXPECT_THAT(result.err, HasSubstr("✗ missing.yaml has 1 error(s)")) << arguments[1];
  }
}

}  // namespace
}  // namespace barbacane::integration
