#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "compiler/detail/document_writer.h"
#include "compiler/detail/public_tree.h"
#include "compiler/detail/yaml_text.h"
#include "spec/document.h"

namespace barbacane::compiler {
namespace {

constexpr std::size_t kLimit = std::size_t{16} << 20;

std::unique_ptr<spec::Document> parse(std::string text) {
  auto document = spec::parse_document("api.yaml", text);
  EXPECT_TRUE(document) << document.error().message << " at line "
                        << document.error().place.position.line << " of:\n"
                        << text;
  return document ? std::move(*document) : nullptr;
}

template <class Writer>
std::string written(const spec::Node& node) {
  Writer writer(kLimit);
  write_public(node, Renames(), writer);
  return writer.finish();
}

std::string yaml_of(std::string json) {
  return written<YamlWriter>(parse(std::move(json))->root());
}

::testing::AssertionResult same(const spec::Node& a, const spec::Node& b) {
  if (a.kind() != b.kind() || a.text() != b.text() || a.items().size() != b.items().size() ||
      a.members().size() != b.members().size()) {
    return ::testing::AssertionFailure() << "'" << a.text() << "' against '" << b.text() << "'";
  }
  for (std::size_t i = 0; i < a.items().size(); ++i) {
    if (auto result = same(*a.items()[i], *b.items()[i]); !result) return result;
  }
  for (std::size_t i = 0; i < a.members().size(); ++i) {
    if (a.members()[i].key != b.members()[i].key) {
      return ::testing::AssertionFailure()
             << "key '" << a.members()[i].key << "' against '" << b.members()[i].key << "'";
    }
    if (auto result = same(*a.members()[i].value, *b.members()[i].value); !result) return result;
  }
  return ::testing::AssertionSuccess();
}

TEST(YamlWriter, WritesBlocks) {
  EXPECT_EQ(yaml_of(R"({"openapi":"3.1.0","info":{"title":"My API","version":"1.0"},
                        "list":[1,{"a":true,"b":[]},[null,[{}]],"x"],"empty":{}})"),
            "openapi: 3.1.0\n"
            "info:\n"
            "  title: My API\n"
            "  version: '1.0'\n"
            "list:\n"
            "- 1\n"
            "- a: true\n"
            "  b: []\n"
            "- - null\n"
            "  - - {}\n"
            "- x\n"
            "empty: {}\n");
}

TEST(YamlWriter, WritesTextOfSeveralLinesAsItReads) {
  EXPECT_EQ(yaml_of(R"({"a":"one\n  two\n\nthree","b":["x\ny\n","z\n\n\n"],"c":1})"),
            "a: |-\n"
            "  one\n"
            "    two\n"
            "\n"
            "  three\n"
            "b:\n"
            "- |\n"
            "  x\n"
            "  y\n"
            "- |+\n"
            "  z\n"
            "\n"
            "\n"
            "c: 1\n");
}

TEST(YamlWriter, QuotesWhatAReaderCouldMisread) {
  for (const char* text : {"null",
                           "~",
                           "True",
                           "FALSE",
                           "yes",
                           "No",
                           "on",
                           "OFF",
                           "y",
                           "N",
                           "1",
                           "-1",
                           "+1",
                           "1_000",
                           "0777",
                           "0o17",
                           "0x1F",
                           "0b11",
                           "1.5",
                           ".5",
                           "5.",
                           "1e5",
                           "1.0E-3",
                           ".inf",
                           "-.INF",
                           ".nan",
                           "1:30",
                           "190:20:30.15",
                           "2026-06-01",
                           "2026-06-01T10:00:00Z",
                           "2026-6-1 10:00:00",
                           "<<",
                           "=",
                           "- a",
                           "-",
                           "---",
                           "...",
                           "? a",
                           ": a",
                           "a: b",
                           "a:",
                           "a #b",
                           "#a",
                           "&a",
                           "*a",
                           "!a",
                           "|",
                           ">",
                           "%a",
                           "@a",
                           "`a",
                           "[a",
                           "]a",
                           "{a",
                           "}a",
                           ",a",
                           "\"a",
                           " a",
                           "a "}) {
    EXPECT_EQ(yaml_style_of(text), YamlStyle::kSingleQuoted) << text;
    EXPECT_EQ(yaml_key_style_of(text), YamlStyle::kSingleQuoted) << text;
  }
  for (const char* text : {"'a", "\x01", "\x7F", "\xC2\x85", "\xE2\x80\xA8", "\xEF\xBB\xBF",
                           "a\r\nb", " \n", "\na", "a\n \nb", "a\n\tb", "it's: b"}) {
    EXPECT_EQ(yaml_style_of(text), YamlStyle::kDoubleQuoted) << text;
  }
}

TEST(YamlWriter, LeavesOrdinaryTextAlone) {
  for (const char* text : {"a",
                           "My API",
                           "3.1.0",
                           "v1",
                           "application/json",
                           "/users/{id}",
                           "https://example.com/a#b",
                           "it's",
                           "a,b",
                           "a [b]",
                           "x-y",
                           "-a",
                           "--",
                           "a-",
                           "1.2.3-rc",
                           "12 apples",
                           "é",
                           "日本",
                           "😀",
                           "nullable",
                           "yesterday",
                           "_a",
                           ".",
                           "..a",
                           "a=b",
                           "+a",
                           "1x",
                           "0xg",
                           "2026-06",
                           "e5",
                           "100%",
                           "a!"}) {
    EXPECT_EQ(yaml_style_of(text), YamlStyle::kPlain) << text;
  }
}

TEST(YamlWriter, QuotesKeysThatWouldBeSomethingElse) {
  EXPECT_EQ(yaml_of(R"({"200":{"y":1},"<<":{"a":1},"a\nb":2,"":3})"),
            "'200':\n  'y': 1\n'<<':\n  a: 1\n\"a\\nb\": 2\n'': 3\n");
}

TEST(YamlWriter, WritesLongKeysWithAQuestionMark) {
  const std::string key(2000, 'k');
  const std::string json = "{\"" + key + "\":{\"a\":[1]},\"" + key + "2\":[1],\"b\":\"x\"}";
  const auto before = parse(json);
  const std::string yaml = written<YamlWriter>(before->root());
  EXPECT_THAT(yaml, ::testing::StartsWith("? " + key + "\n:\n  a:\n  - 1\n? "));
  EXPECT_TRUE(same(before->root(), parse(yaml)->root()));
}

TEST(YamlWriter, StopsAtItsLimit) {
  YamlWriter yaml(100);
  JsonWriter json(100);
  for (DocumentWriter* writer :
       {static_cast<DocumentWriter*>(&yaml), static_cast<DocumentWriter*>(&json)}) {
    writer->begin_array();
    for (int i = 0; i < 1000; ++i) writer->string("0123456789");
    EXPECT_TRUE(writer->full());
    writer->end_array();
    EXPECT_LT(writer->finish().size(), 200u);
  }
}

TEST(JsonWriter, WritesTwoSpacesALevel) {
  EXPECT_EQ(written<JsonWriter>(parse("a: [1, {b: \"x\\ty\"}, [], {}]\nc: 1.50\nd: ~\n")->root()),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x\\ty\"\n    },\n    [],\n    {}\n  ],\n"
            "  \"c\": 1.50,\n  \"d\": null\n}");
}

/// JSON texts full of what goes wrong in YAML.
class NastyJson {
 public:
  explicit NastyJson(unsigned seed) : random_(seed) {}

  std::string document() { return object(0); }

 private:
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }

  std::string value(int depth) {
    static const char* const kScalars[] = {
        "null", "true", "false", "0", "-1", "1.5", "1e5", "-0", "12345678901234567890",
        "2.50", "1e-7"};
    const unsigned kind = below(depth > 4 ? 6 : 10);
    if (kind < 2) return kScalars[below(std::size(kScalars))];
    if (kind < 6) return base::json_string(string());
    return kind < 8 ? object(depth + 1) : array(depth + 1);
  }

  std::string object(int depth) {
    std::string text = "{";
    const unsigned count = below(5);
    for (unsigned i = 0; i < count; ++i) {
      // The number keeps keys apart: of equal keys only the last one counts.
      const std::string key =
          below(2) ? string() + std::to_string(i) : std::to_string(i) + string();
      text += (i ? "," : "") + base::json_string(key) + ":" + value(depth);
    }
    return text + "}";
  }

  std::string array(int depth) {
    std::string text = "[";
    const unsigned count = below(5);
    for (unsigned i = 0; i < count; ++i) text += (i ? "," : "") + value(depth);
    return text + "]";
  }

  std::string string() {
    static const std::string kPieces[] = {"a",
                                          "word",
                                          " ",
                                          "  ",
                                          "\n",
                                          "\n\n",
                                          "\t",
                                          "\r",
                                          ":",
                                          ": ",
                                          "#",
                                          " #",
                                          "-",
                                          "- ",
                                          "?",
                                          "? ",
                                          "'",
                                          "\"",
                                          "\\",
                                          "|",
                                          ">",
                                          "&",
                                          "*",
                                          "!",
                                          "%",
                                          "@",
                                          "`",
                                          "{",
                                          "}",
                                          "[",
                                          "]",
                                          ",",
                                          "1",
                                          "0x1F",
                                          "1.5",
                                          "e5",
                                          "_",
                                          ".",
                                          "..",
                                          "~",
                                          "yes",
                                          "null",
                                          "<<",
                                          "=",
                                          "---",
                                          "...",
                                          "2026-06-01",
                                          "é",
                                          "日本",
                                          "😀",
                                          "\x01",
                                          "\x1F",
                                          "\x7F",
                                          "\xC2\x85",
                                          "\xC2\xA0",
                                          "\xE2\x80\xA8",
                                          "\xE2\x80\xA9",
                                          "\xEF\xBB\xBF",
                                          "\xEF\xBF\xBD",
                                          "\xEF\xBF\xBE",
                                          "true",
                                          "+",
                                          ".inf"};
    std::string text;
    for (unsigned i = below(6); i > 0; --i) text += kPieces[below(std::size(kPieces))];
    return text;
  }

  std::mt19937 random_;
};

TEST(YamlWriter, GivesBackEveryTree) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    const std::string json = NastyJson(seed).document();
    const auto before = parse(json);
    ASSERT_TRUE(before) << "seed " << seed;
    const std::string yaml = written<YamlWriter>(before->root());
    const auto after = parse(yaml);
    ASSERT_TRUE(after) << "seed " << seed << "\n" << json;
    ASSERT_TRUE(same(before->root(), after->root())) << "seed " << seed << "\n"
                                                     << json << "\n"
                                                     << yaml;
    ASSERT_TRUE(same(before->root(), parse(written<JsonWriter>(before->root()))->root()))
        << "seed " << seed;
  }
}

TEST(YamlWriter, GivesBackScalarsThatStandAlone) {
  for (const char* json : {"\"a\"", "\"a\\nb\\n\"", "\"\"", "1", "null", "[]", "{}", "\" a\""}) {
    auto before = spec::parse_document("a", json);
    if (!before) continue;  // the reader may insist on a mapping
    const auto after = parse(written<YamlWriter>((*before)->root()));
    EXPECT_TRUE(same((*before)->root(), after->root())) << json;
  }
}

}  // namespace
}  // namespace barbacane::compiler
