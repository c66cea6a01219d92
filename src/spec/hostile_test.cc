#include "spec/detail/testing.h"

/// Documents made to hurt. Each must be answered, quickly; the time limit of the test program
/// stands for "without hanging".
namespace barbacane::spec {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

TEST(HostileText, MustBeUtf8) {
  EXPECT_EQ(failure_of("a: 1\nb: \u00e9\xFF\n"), "2:5 parse error: not valid UTF-8");
  EXPECT_EQ(failure_of("{\"a\": \"\xC0\xAF\"}"), "1:8 parse error: not valid UTF-8");
  EXPECT_EQ(failure_of("a: \xED\xA0\x80\n"), "1:4 parse error: not valid UTF-8");
  EXPECT_EQ(failure_of("a: \xE2\x82"), "1:4 parse error: not valid UTF-8");
}

TEST(HostileText, MustNotBeUtf16) {
  EXPECT_EQ(failure_of("\xFF\xFE"
                       "a\0:\0"s),
            "0:0 parse error: the file is UTF-16");
  EXPECT_EQ(failure_of("\xFE\xFF\0a\0:"s), "0:0 parse error: the file is UTF-16");
}

TEST(HostileText, MustNotHoldControlCharacters) {
  EXPECT_EQ(failure_of("a: 1\nb: \0\n"s), "2:4 parse error: NUL character in the text");
  EXPECT_EQ(failure_of("a: 1\nb: \x01\n"), "2:4 parse error: control characters are not allowed");
  EXPECT_THAT(failure_of("{\"a\": \"\x01\"}"), HasSubstr("control character in a string"));
}

TEST(HostileText, MustFitTheSizeLimit) {
  ParseLimits limits;
  limits.bytes = 1 << 20;
  EXPECT_EQ(failure_of(std::string((1 << 20) + 1, ' '), limits),
            "0:0 parse error: the file is larger than 1 MiB");
}

TEST(HostileYaml, CannotNestTooDeep) {
  parsed("a: " + repeat("[", 511) + repeat("]", 511) + "\n");
  EXPECT_THAT(failure_of("a: " + repeat("[", 512) + repeat("]", 512) + "\n"),
              HasSubstr("nested more than 512 levels deep"));
  EXPECT_THAT(failure_of("a: " + repeat("[\n", 1'000'000)), HasSubstr("512 levels"));
  EXPECT_THAT(failure_of("a:\n  " + repeat("- ", 1'000'000)), HasSubstr("512 levels"));
  EXPECT_THAT(failure_of(repeat("? ", 1'000'000)), HasSubstr("512 levels"));
}

TEST(HostileYaml, CannotNestTooDeepThroughAliases) {
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i < 600; ++i) {
    const std::string name = "a" + std::to_string(i);
    text += name + ": &" + name + " [*a" + std::to_string(i - 1) + "]\n";
  }
  EXPECT_THAT(failure_of(text), HasSubstr("nested more than 512 levels deep"));
}

TEST(HostileYaml, CannotLaugh) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 30; ++i) {
    const std::string name = "a" + std::to_string(i);
    text += name + ": &" + name + " [" + repeat("*a" + std::to_string(i - 1) + ", ", 10) + "]\n";
  }
  EXPECT_THAT(failure_of(text), HasSubstr("more than 10000000 values after expanding aliases"));
}

TEST(HostileYaml, CannotMultiplyByMerging) {
  std::string text = "a0: &a0 {x: 1}\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = std::to_string(i - 1);
    const std::string name = "a" + std::to_string(i);
    text += name + ": &" + name + " {<<: [*a" + before + ", *a" + before + "], k" + name + ": 1}\n";
  }
  EXPECT_THAT(failure_of(text), HasSubstr("10000000 values"));
}

TEST(HostileYaml, CannotSpendTimeOnDirectives) {
  EXPECT_THAT(failure_of(repeat("%TAG !a! tag:a\n", 500'000) + "---\na: 1\n"),
              HasSubstr("directive"));
  std::string text;
  for (int i = 0; i < 500'000; ++i) text += "%TAG !a" + std::to_string(i) + "! tag:a\n";
  EXPECT_THAT(failure_of(text + "---\na: 1\n"), HasSubstr("too many directives"));
  EXPECT_THAT(failure_of("a: 1\n...\n" + text + "---\na: 1\n"), HasSubstr("too many directives"));
  for (const std::string_view end : {"\r", "\r\n"}) {
    const std::string line = "%TAG !a! tag:a" + std::string(end);
    EXPECT_THAT(failure_of("a: 1" + std::string(end) + repeat(line, 300)),
                HasSubstr("too many directives"));
  }
  parsed("rates:\n" + repeat("- 50%, %20, 'a %'\n", 1'000));
}

TEST(HostileYaml, CannotSpendTimeOnDepth) {
  ParseLimits limits;
  limits.nodes = 10'000;
  EXPECT_THAT(failure_of("a: " + repeat("[", 500) + repeat("b, ", 9'000), limits),
              HasSubstr("too many deeply nested values"));
}

TEST(HostileYaml, TakesLinearTime) {
  constexpr std::size_t kMany = 30'000;
  const std::string wide = "v:\n" + repeat("  - &a x\n  - *a\n", kMany);
  parsed(wide);
  parse_document("api.yaml", "v: [" + repeat("a: b, ", kMany));
  parse_document("api.yaml", "v: {" + repeat("a, ", kMany) + "}");
  parse_document("api.yaml", "v: \"" + repeat("\\ud83d\\ude00", kMany) + "\"");
  parse_document("api.yaml", "v: " + repeat("a ", kMany * 10));
  parse_document("api.yaml", "v: " + repeat("'a' ", kMany));
  parse_document("api.yaml", "v:\n" + repeat("\n", kMany * 10));
  parse_document("api.yaml", "v: |\n" + repeat(" \n", kMany * 10));
  parse_document("api.yaml", "v: >\n" + repeat(" a\n\n", kMany));
  parse_document("api.yaml", repeat("&a ", kMany));
  parse_document("api.yaml", repeat("a: ", kMany));
  parse_document("api.yaml", repeat("? a\n", kMany));
  parse_document("api.yaml", repeat("!a ", kMany));
  parse_document("api.yaml", "!<" + repeat("%41", kMany) + "> a: 1");
  parse_document("api.yaml", repeat("#\n", kMany * 10));
  parse_document("api.yaml", repeat("---\n", kMany));
  parse_document("api.yaml", repeat("{", kMany) + repeat("}", kMany));
  parse_document("api.yaml", repeat("\"", kMany));
  parse_document("api.yaml", repeat("[]: ", kMany));
}

TEST(HostileYaml, IsCutAnywhereWithoutHarm) {
  const std::string text =
      "a: &x {k: [1, 'two', \"\\ud83d\\ude00\\x41\"]}\nb:\n  <<: *x\n  c: |\n   t\n  ? d\n  : "
      "!!int 4\n";
  parsed(text);
  for (std::size_t length = 0; length < text.size(); ++length) {
    parse_document("api.yaml", text.substr(0, length));
    for (char c : {'\0', '\xFF', '{', '"', '\n', ':', '*'}) {
      std::string changed = text;
      changed[length] = c;
      parse_document("api.yaml", changed);
    }
  }
}

TEST(HostileJson, IsCutAnywhereWithoutHarm) {
  const std::string text = R"({"a": [1, -2.5e+3, true, null, "\ud83d\ude00\n"], "b": {"c": {}}})";
  parsed(text);
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(parse_document("api.json", text.substr(0, length))) << length;
    for (char c : {'\0', '\xFF', '{', '"', '\n', ':', ']'}) {
      std::string changed = text;
      changed[length] = c;
      parse_document("api.json", changed);
    }
  }
}

}  // namespace
}  // namespace barbacane::spec
