#include "barbacane/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace barbacane::plugin {
namespace {

using testing::HasSubstr;

struct Rule {
  std::string path;
  std::optional<int> status;
  void bind(Fields& fields) {
    fields.required("path", path, not_empty);
    fields.optional("status", status, one_of(301, 302));
    if (path == "/both" && fields.has("status")) fields.reject("status", "excludes '/both'");
  }
};

struct Config {
  bool on = true;
  int count = 1;
  std::string mode = "a";
  std::vector<Rule> rules;
  std::vector<std::string> names;
  Map<std::string> headers;
  Duration timeout = Duration::seconds(30);
  std::int64_t large = 0;
  void bind(Fields& fields) {
    fields.optional("on", on);
    fields.optional("count", count, between(1, 9));
    fields.optional("mode", mode, one_of("a", "b", "c"));
    fields.optional("rules", rules, not_empty);
    fields.optional("names", names, each(not_empty));
    fields.optional("headers", headers, each([](const std::string& value) {
                      return value == "bad" ? std::string("must be good") : std::string();
                    }));
    fields.optional("timeout", timeout);
    fields.optional("large", large, at_least(0));
  }
};

std::string error_of(std::string_view text) {
  Config config;
  return read_config(text, config);
}

TEST(Config, KeepsDefaultsOfWhatIsAbsent) {
  for (const std::string_view text : {"", "{}", "null"}) {
    Config config;
    EXPECT_EQ(read_config(text, config), "") << text;
    EXPECT_TRUE(config.on);
    EXPECT_EQ(config.timeout.milliseconds, 30'000);
  }
}

TEST(Config, ReadsEveryType) {
  Config config;
  ASSERT_EQ(read_config(R"({"on":false,"count":9,"mode":"c","rules":[{"path":"/a","status":301},
                            {"path":"\u002fb"}],"names":["x","y"],"headers":{"B":"1","a":"2"},
                            "timeout":"1.5s","large":9223372036854775807})",
                        config),
            "");
  EXPECT_FALSE(config.on);
  EXPECT_EQ(config.count, 9);
  EXPECT_EQ(config.mode, "c");
  ASSERT_EQ(config.rules.size(), 2u);
  EXPECT_EQ(config.rules[0].status, 301);
  EXPECT_EQ(config.rules[1].path, "/b");
  EXPECT_FALSE(config.rules[1].status);
  EXPECT_EQ(config.names, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(config.headers, (Map<std::string>{{"B", "1"}, {"a", "2"}}));
  EXPECT_EQ(config.timeout.milliseconds, 1500);
  EXPECT_EQ(config.large, 9223372036854775807);
}

TEST(Config, NamesTheMemberThatIsWrong) {
  EXPECT_EQ(error_of(R"({"on":1})"), "'on' must be true or false");
  EXPECT_EQ(error_of(R"({"count":"1"})"), "'count' must be an integer from 1 to 9");
  EXPECT_EQ(error_of(R"({"count":10})"), "'count' must be an integer from 1 to 9");
  EXPECT_EQ(error_of(R"({"count":1.5})"), "'count' must be an integer from 1 to 9");
  EXPECT_EQ(error_of(R"({"large":-1})"), "'large' must be an integer, 0 or more");
  EXPECT_EQ(error_of(R"({"mode":"d"})"), "'mode' must be one of a, b or c");
  EXPECT_EQ(error_of(R"({"rules":{}})"), "'rules' must be a list");
  EXPECT_EQ(error_of(R"({"rules":[]})"), "'rules' must not be empty");
  EXPECT_EQ(error_of(R"({"rules":[{"path":"/a"},7]})"), "'rules[1]' must be an object");
  EXPECT_EQ(error_of(R"({"rules":[{"path":"/a"},{"path":"/a"},{"path":1}]})"),
            "'rules[2].path' must be a string");
  EXPECT_EQ(error_of(R"({"rules":[{"path":""}]})"), "'rules[0].path' must not be empty");
  EXPECT_EQ(error_of(R"({"rules":[{}]})"), "'rules[0].path' is missing");
  EXPECT_EQ(error_of(R"({"rules":[{"path":"/","status":300}]})"),
            "'rules[0].status' must be one of 301 or 302");
  EXPECT_EQ(error_of(R"({"rules":[{"path":"/both","status":301}]})"),
            "'rules[0].status' excludes '/both'");
  EXPECT_EQ(error_of(R"({"names":["a",""]})"), "'names[1]' must not be empty");
  EXPECT_EQ(error_of(R"({"headers":{"x":1}})"), "'headers.x' must be a string");
  EXPECT_EQ(error_of(R"({"headers":{"x":"bad"}})"), "'headers.x' must be good");
  EXPECT_EQ(error_of("[]"), "the config must be an object");
  EXPECT_THAT(error_of("{"), HasSubstr("the config is not JSON"));
}

TEST(Config, RefusesMembersItDoesNotKnow) {
  EXPECT_THAT(error_of(R"({"cuont":1})"),
              HasSubstr("'cuont' is not known here; there are 'on', 'count'"));
  EXPECT_EQ(error_of(R"({"rules":[{"path":"/a","x":1}]})"),
            "'rules[0].x' is not known here; there are 'path', 'status'");
}

TEST(Config, TakesDurationsAsNumbersAndTexts) {
  const auto milliseconds = [](std::string_view json) {
    Config config;
    const std::string error = read_config("{\"timeout\":" + std::string(json) + "}", config);
    return error.empty() ? config.timeout.milliseconds : -1;
  };
  EXPECT_EQ(milliseconds("5"), 5000);
  EXPECT_EQ(milliseconds("0.25"), 250);
  EXPECT_EQ(milliseconds("\"250ms\""), 250);
  EXPECT_EQ(milliseconds("\"5s\""), 5000);
  EXPECT_EQ(milliseconds("\"2m\""), 120'000);
  EXPECT_EQ(milliseconds("\"1h\""), 3'600'000);
  for (const std::string_view bad : {"0", "-1", "\"5\"", "\"s\"", "\"-5s\"", "\"5 s\"", "true",
                                     "\"\"", "0.0001", "\"1.s\"", "1e3"}) {
    EXPECT_EQ(milliseconds(bad), -1) << bad;
  }
}

}  // namespace
}  // namespace barbacane::plugin
