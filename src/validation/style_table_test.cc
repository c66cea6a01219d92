#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "validation/detail/parameter_trial.h"

/// OpenAPI's table of styles (3.1, 4.8.12.4) in both directions: the text of every cell becomes its
/// value, and a value written by the rules of RFC 6570 becomes that text. Then values full of
/// reserved characters, to and fro.
///
/// That a text became a certain value shows in a schema which takes no other: `const`.
namespace barbacane::validation {
namespace {

using detail::Declared;
using detail::Trial;
using detail::TrialRequest;

using List = std::vector<std::string>;
using Object = std::vector<std::pair<std::string, std::string>>;
using Value = std::variant<std::string, List, Object>;

struct Row {
  std::string place;
  std::string style;
  bool explode;
  Value value;
  std::string text;
};

const Value kNothing = std::string();
const Value kString = std::string("blue");
const Value kArray = List{"blue", "black", "brown"};
const Value kObject = Object{{"R", "100"}, {"G", "200"}, {"B", "150"}};

/// One parameter named `color`. Texts are what stands in the path, the query, the field's value or
/// the `cookie` field.
const std::vector<Row> kTable = {
    {"path", "matrix", false, kNothing, ";color"},
    {"path", "matrix", false, kString, ";color=blue"},
    {"path", "matrix", false, kArray, ";color=blue,black,brown"},
    {"path", "matrix", false, kObject, ";color=R,100,G,200,B,150"},
    {"path", "matrix", true, kNothing, ";color"},
    {"path", "matrix", true, kString, ";color=blue"},
    {"path", "matrix", true, kArray, ";color=blue;color=black;color=brown"},
    {"path", "matrix", true, kObject, ";R=100;G=200;B=150"},
    {"path", "label", false, kNothing, "."},
    {"path", "label", false, kString, ".blue"},
    {"path", "label", false, kArray, ".blue,black,brown"},
    {"path", "label", false, kObject, ".R,100,G,200,B,150"},
    {"path", "label", true, kNothing, "."},
    {"path", "label", true, kString, ".blue"},
    {"path", "label", true, kArray, ".blue.black.brown"},
    {"path", "label", true, kObject, ".R=100.G=200.B=150"},
    {"path", "simple", false, kNothing, ""},
    {"path", "simple", false, kString, "blue"},
    {"path", "simple", false, kArray, "blue,black,brown"},
    {"path", "simple", false, kObject, "R,100,G,200,B,150"},
    {"path", "simple", true, kNothing, ""},
    {"path", "simple", true, kString, "blue"},
    {"path", "simple", true, kArray, "blue,black,brown"},
    {"path", "simple", true, kObject, "R=100,G=200,B=150"},
    {"header", "simple", false, kNothing, ""},
    {"header", "simple", false, kString, "blue"},
    {"header", "simple", false, kArray, "blue,black,brown"},
    {"header", "simple", false, kObject, "R,100,G,200,B,150"},
    {"header", "simple", true, kNothing, ""},
    {"header", "simple", true, kString, "blue"},
    {"header", "simple", true, kArray, "blue,black,brown"},
    {"header", "simple", true, kObject, "R=100,G=200,B=150"},
    {"query", "form", false, kNothing, "color="},
    {"query", "form", false, kString, "color=blue"},
    {"query", "form", false, kArray, "color=blue,black,brown"},
    {"query", "form", false, kObject, "color=R,100,G,200,B,150"},
    {"query", "form", true, kNothing, "color="},
    {"query", "form", true, kString, "color=blue"},
    {"query", "form", true, kArray, "color=blue&color=black&color=brown"},
    {"query", "form", true, kObject, "R=100&G=200&B=150"},
    {"query", "spaceDelimited", false, kArray, "color=blue%20black%20brown"},
    {"query", "spaceDelimited", false, kObject, "color=R%20100%20G%20200%20B%20150"},
    {"query", "spaceDelimited", true, kArray, "color=blue&color=black&color=brown"},
    {"query", "pipeDelimited", false, kArray, "color=blue%7Cblack%7Cbrown"},
    {"query", "pipeDelimited", false, kObject, "color=R%7C100%7CG%7C200%7CB%7C150"},
    {"query", "pipeDelimited", true, kArray, "color=blue&color=black&color=brown"},
    {"query", "deepObject", true, kObject, "color[R]=100&color[G]=200&color[B]=150"},
    {"cookie", "form", false, kNothing, "color="},
    {"cookie", "form", false, kString, "color=blue"},
    {"cookie", "form", false, kArray, "color=blue,black,brown"},
    {"cookie", "form", false, kObject, "color=R,100,G,200,B,150"},
    {"cookie", "form", true, kNothing, "color="},
    {"cookie", "form", true, kString, "color=blue"},
    {"cookie", "form", true, kArray, "color=blue; color=black; color=brown"},
    {"cookie", "form", true, kObject, "R=100; G=200; B=150"},
};

std::string name_of(const Row& row) {
  return row.place + " " + row.style + (row.explode ? " exploded" : "") + " '" + row.text + "'";
}

/// Everything but unreserved characters escaped, and of those what a style uses as its separator.
std::string escape(const Row& row, std::string_view text) {
  if (row.place == "header") return std::string(text);
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = std::isalnum(byte) || c == '-' || c == '_' || c == '~' ||
                            (c == '.' && row.style != "label");
    if (unreserved) {
      out += c;
      continue;
    }
    static const char kDigits[] = "0123456789ABCDEF";
    out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out;
}

/// A writer by the book, in the order of the value.
struct Writer {
  const Row& row;

  std::string between() const {
    if (row.style == "spaceDelimited" && !row.explode) return "%20";
    if (row.style == "pipeDelimited" && !row.explode) return "%7C";
    if (row.style == "label" && row.explode) return ".";
    if (row.style == "matrix" && row.explode) return ";";
    if (row.place == "cookie" && row.explode) return "; ";
    if (row.place == "query" && row.explode) return "&";
    return ",";
  }

  bool is_named() const { return row.place == "query" || row.place == "cookie"; }

  std::string named(const std::string& value) const {
    if (row.style == "matrix") return value.empty() ? ";color" : ";color=" + value;
    if (row.style == "label") return "." + value;
    return is_named() ? "color=" + value : value;
  }

  std::string join(const List& pieces) const {
    std::string out;
    for (std::size_t i = 0; i < pieces.size(); ++i) out += (i ? between() : "") + pieces[i];
    return out;
  }

  std::string operator()(const std::string& value) const { return named(escape(row, value)); }

  std::string operator()(const List& list) const {
    List pieces;
    for (const std::string& item : list) {
      std::string piece = escape(row, item);
      if (row.explode && row.style == "matrix" && !piece.empty()) piece.insert(0, "=");
      if (row.explode && row.style == "matrix") piece.insert(0, "color");
      if (row.explode && is_named()) piece.insert(0, "color=");
      pieces.push_back(std::move(piece));
    }
    if (row.explode && row.style == "matrix") return ";" + join(pieces);
    return row.explode && is_named() ? join(pieces) : named(join(pieces));
  }

  std::string operator()(const Object& object) const {
    List pieces;
    for (const auto& [name, value] : object) {
      const std::string key = escape(row, name);
      if (row.style == "deepObject") {
        pieces.push_back("color[" + key + "]=" + escape(row, value));
      } else if (row.explode) {
        pieces.push_back(key + "=" + escape(row, value));
      } else {
        pieces.push_back(key);
        pieces.push_back(escape(row, value));
      }
    }
    if (!row.explode) return named(join(pieces));
    const char* prefix = row.style == "matrix" ? ";" : row.style == "label" ? "." : "";
    return prefix + join(pieces);
  }
};

std::string write(const Row& row) { return std::visit(Writer{row}, row.value); }

std::string to_json(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return base::json_string(*text);
  std::string out;
  if (const auto* list = std::get_if<List>(&value)) {
    for (const std::string& item : *list) out += (out.empty() ? "" : ",") + base::json_string(item);
    return "[" + out + "]";
  }
  for (const auto& [name, text] : std::get<Object>(value)) {
    out += (out.empty() ? "" : ",") + base::json_string(name) + ":" + base::json_string(text);
  }
  return "{" + out + "}";
}

/// A schema of strings that takes this one value.
std::string schema_of(const Value& value) {
  const char* types[] = {
      R"("type":"string")",
      R"("type":"array","items":{"type":"string"})",
      R"("type":"object","additionalProperties":{"type":"string"})",
  };
  return "{" + std::string(types[value.index()]) + ",\"const\":" + to_json(value) + "}";
}

TrialRequest request_with(const std::string& place, const std::string& text) {
  if (place == "path") return {.path = {text}};
  if (place == "query") return {.query = text};
  if (place == "header") return {.fields = {{"color", text}}};
  return {.fields = {{"cookie", text}}};
}

Trial trial_of(const Row& row, const Value& wanted) {
  return Trial({{.name = "color",
                 .location = row.place,
                 .schema = schema_of(wanted),
                 .style = row.style,
                 .explode = row.explode,
                 .required = true}});
}

/// Another value of the same kind, so that a test sees a reader that ignores what it reads.
Value changed(const Value& value) {
  Value out = value;
  if (auto* text = std::get_if<std::string>(&out)) *text += "x";
  if (auto* list = std::get_if<List>(&out)) list->back() += "x";
  if (auto* object = std::get_if<Object>(&out)) object->back().second += "x";
  return out;
}

void expect_reads(const Row& row) {
  Trial right = trial_of(row, row.value);
  ASSERT_EQ(right.error(), "") << name_of(row);
  const TrialRequest request = request_with(row.place, row.text);
  const auto violations = right.explain(request);
  EXPECT_TRUE(violations.empty()) << name_of(row) << ": " << violations.front().reason << " for "
                                  << to_json(row.value);
  Trial wrong = trial_of(row, changed(row.value));
  EXPECT_TRUE(wrong.first_failing(request).has_value()) << name_of(row);
}

TEST(StyleTable, TextBecomesItsValue) {
  for (const Row& row : kTable) expect_reads(row);
}

TEST(StyleTable, ValueBecomesItsText) {
  for (const Row& row : kTable) EXPECT_EQ(write(row), row.text) << name_of(row);
}

TEST(StyleTable, DefaultsHoldWhenTheSpecNamesNoStyle) {
  const std::pair<const char*, Row> kDefaults[] = {
      {"path", {"path", "simple", false, kObject, "R,100,G,200,B,150"}},
      {"header", {"header", "simple", false, kObject, "R,100,G,200,B,150"}},
      {"query", {"query", "form", true, kArray, "color=blue&color=black&color=brown"}},
      {"query", {"query", "form", true, kObject, "R=100&G=200&B=150"}},
      {"cookie", {"cookie", "form", true, kArray, "color=blue; color=black; color=brown"}},
  };
  for (const auto& [place, row] : kDefaults) {
    Trial trial({{.name = "color", .location = place, .schema = schema_of(row.value)}});
    ASSERT_EQ(trial.error(), "");
    EXPECT_TRUE(trial.explain(request_with(place, row.text)).empty()) << name_of(row);
  }
}

TEST(StyleTable, ExplodeDefaultsToFalseForDelimitedStylesAndDoesNotMatterToDeepObject) {
  const Row kRows[] = {
      {"query", "spaceDelimited", false, kArray, "color=blue%20black%20brown"},
      {"query", "pipeDelimited", false, kArray, "color=blue|black|brown"},
      {"query", "deepObject", false, kObject, "color[R]=100&color[G]=200&color[B]=150"},
  };
  for (const Row& row : kRows) {
    Trial trial({{.name = "color",
                  .location = row.place,
                  .schema = schema_of(row.value),
                  .style = row.style}});
    EXPECT_TRUE(trial.explain(request_with(row.place, row.text)).empty()) << name_of(row);
    expect_reads(row);
  }
}

/// Words of characters that mean something to a style or to a URI.
std::string random_word(std::mt19937& random, std::string_view alphabet) {
  std::string out;
  for (std::size_t left = random() % 5; left > 0; --left)
    out += alphabet[random() % alphabet.size()];
  return out;
}

Value random_value(std::mt19937& random, const Row& cell, std::string_view alphabet) {
  const Value& like = cell.value;
  if (like.index() == 0) return random_word(random, alphabet);
  List words;
  for (std::size_t left = 1 + random() % 3; left > 0; --left) {
    words.push_back(random_word(random, alphabet));
  }
  if (like.index() == 1) return words;
  Object object;
  for (const std::string& word : words) {
    // Names of cookies have no escapes.
    const std::string ending = cell.place == "cookie" ? "" : word;
    object.emplace_back("k" + std::to_string(object.size()) + ending,
                        random_word(random, alphabet));
  }
  return object;
}

TEST(StyleTable, ReservedCharactersSurviveWritingAndReading) {
  std::mt19937 random(7);
  for (const Row& cell : kTable) {
    // Values of headers have no escapes: what separates cannot be in them. Neither can the
    // character whose escape is the separator of a style be in a piece.
    std::string_view alphabet = "a5 ,.;=&|%+/?#\"'";
    if (cell.place == "header") alphabet = "a5.;&|%+/?#\"'";
    if (cell.style == "spaceDelimited") alphabet = "a5,.;=&|%+/?#\"'";
    if (cell.style == "pipeDelimited") alphabet = "a5 ,.;=&%+/?#\"'";
    for (int i = 0; i < 40; ++i) {
      Row row = cell;
      row.value = random_value(random, cell, alphabet);
      row.text = write(row);
      expect_reads(row);
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace barbacane::validation
