#include <cctype>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "validation/detail/parameter_trial.h"

/// Every type in every place, style and explode, with texts that are right, empty, missing and
/// broken in many ways, against a model that does everything the slow and obvious way. The model
/// knows nothing of the code under test: it has its own decoding, splitting, values and checks.
namespace barbacane::validation {
namespace {

using detail::Declared;
using detail::Trial;
using detail::TrialRequest;

// --- Values of the model -------------------------------------------------------------------------

struct Json {
  enum Kind { kNull, kBool, kNumber, kString, kArray, kObject } kind = kNull;
  std::string text;  ///< of booleans, numbers and strings
  std::vector<Json> items;
  std::map<std::string, Json> members;
};

bool is_digits(const std::string& s, std::size_t& at) {
  const std::size_t start = at;
  while (at < s.size() && std::isdigit(static_cast<unsigned char>(s[at]))) ++at;
  return at > start;
}

bool is_json_number(const std::string& s) {
  std::size_t at = 0;
  if (at < s.size() && s[at] == '-') ++at;
  const std::size_t first = at;
  if (!is_digits(s, at)) return false;
  if (s[first] == '0' && at - first > 1) return false;
  if (at < s.size() && s[at] == '.' && (++at, !is_digits(s, at))) return false;
  if (at < s.size() && (s[at] == 'e' || s[at] == 'E')) {
    ++at;
    if (at < s.size() && (s[at] == '+' || s[at] == '-')) ++at;
    if (!is_digits(s, at)) return false;
  }
  return at == s.size();
}

double number(const Json& v) { return std::strtod(v.text.c_str(), nullptr); }
bool is_integer(const Json& v) {
  return v.kind == Json::kNumber && number(v) == std::floor(number(v));
}

std::size_t characters(const std::string& s) {
  std::size_t count = 0;
  for (const char c : s) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

// --- Types ---------------------------------------------------------------------------------------

struct Type {
  std::string name;
  std::string schema;
  /// n(umber) b(oolean) 0 (null) s(tring) A(rray) O(bject), in the order of candidates; `?` for no
  /// type at all, `#` for none but a numeric keyword.
  std::string kinds;
  bool (*accepts)(const Json&);
  const Type* item = nullptr;
  std::map<std::string, const Type*> members = {};
  const Type* additional = nullptr;
  bool open = true;
  /// `patternProperties` with one pattern: the beginning of names, and what such members are.
  std::string prefix = {};
  const Type* prefixed = nullptr;

  /// What is said about a member; null for nothing.
  const Type* member(const std::string& key) const {
    const auto at = members.find(key);
    if (at != members.end()) return at->second;
    return prefixed && key.starts_with(prefix) ? prefixed : additional;
  }

  bool has(char kind) const { return kinds.find(kind) != kinds.npos; }
  bool typed() const { return !has('?') && !has('#'); }
};

bool all_items(const Json& v, bool (*accepts)(const Json&)) {
  if (v.kind != Json::kArray) return false;
  for (const Json& item : v.items) {
    if (!accepts(item)) return false;
  }
  return true;
}

bool member_ok(const Json& v, const char* name, bool (*accepts)(const Json&)) {
  const auto at = v.members.find(name);
  return at == v.members.end() || accepts(at->second);
}

bool is_bool(const Json& v) { return v.kind == Json::kBool; }
bool is_number(const Json& v) { return v.kind == Json::kNumber; }
bool is_string(const Json& v) { return v.kind == Json::kString; }

bool is_rgb(const Json& v) {
  return v.kind == Json::kObject && member_ok(v, "R", is_integer) && member_ok(v, "G", is_string) &&
         member_ok(v, "B", is_bool);
}

const Type kInteger{"integer", R"({"type":"integer"})", "n", is_integer};
const Type kSmall{
    "integer from 1 to 100", R"({"type":"integer","minimum":1,"maximum":100})", "n",
    [](const Json& v) { return is_integer(v) && number(v) >= 1 && number(v) <= 100; }};
const Type kNumber{"number", R"({"type":"number"})", "n", is_number};
const Type kBoolean{"boolean", R"({"type":"boolean"})", "b", is_bool};
const Type kString{"string", R"({"type":"string"})", "s", is_string};
const Type kLongString{"string of two or more", R"({"type":"string","minLength":2})", "s",
                       [](const Json& v) { return is_string(v) && characters(v.text) >= 2; }};
const Type kNullableInteger{"integer or null", R"({"type":["integer","null"]})", "n0",
                            [](const Json& v) { return is_integer(v) || v.kind == Json::kNull; }};
const Type kNullableString{
    "string or null", R"({"type":["string","null"],"minLength":1})", "s",
    [](const Json& v) { return v.kind == Json::kNull || (is_string(v) && !v.text.empty()); }};
const Type kWords{"enum of strings", R"({"enum":["blue","5"]})", "s", [](const Json& v) {
                    return is_string(v) && (v.text == "blue" || v.text == "5");
                  }};
const Type kNumbers{"enum of integers", R"({"enum":[1,5]})", "n", [](const Json& v) {
                      return is_number(v) && (number(v) == 1 || number(v) == 5);
                    }};
const Type kMixed{"enum of many types", R"({"enum":[1,"5",true]})", "nbs", [](const Json& v) {
                    return (is_number(v) && number(v) == 1) || (is_string(v) && v.text == "5") ||
                           (is_bool(v) && v.text == "true");
                  }};
const Type kAnything{"no type", "{}", "?", [](const Json&) { return true; }};
const Type kAtLeast{"no type, minimum", R"({"minimum":3})", "#",
                    [](const Json& v) { return !is_number(v) || number(v) >= 3; }};
const Type kNotShort{"no type, minLength", R"({"minLength":2})", "?",
                     [](const Json& v) { return !is_string(v) || characters(v.text) >= 2; }};
const Type kOneOf{"integer or boolean", R"({"oneOf":[{"type":"integer"},{"type":"boolean"}]})",
                  "nb", [](const Json& v) { return is_integer(v) || is_bool(v); }};
const Type kAllOf{"all of integer and minimum", R"({"allOf":[{"type":"integer"},{"minimum":3}]})",
                  "n", [](const Json& v) { return is_integer(v) && number(v) >= 3; }};
const Type kIntegers{"integers", R"({"type":"array","items":{"type":"integer"}})", "A",
                     [](const Json& v) { return all_items(v, is_integer); }, &kInteger};
const Type kDoubles{"numbers", R"({"type":"array","items":{"type":"number"}})", "A",
                    [](const Json& v) { return all_items(v, is_number); }, &kNumber};
const Type kBooleans{"booleans", R"({"type":"array","items":{"type":"boolean"}})", "A",
                     [](const Json& v) { return all_items(v, is_bool); }, &kBoolean};
const Type kStrings{"strings", R"({"type":"array","items":{"type":"string"}})", "A",
                    [](const Json& v) { return all_items(v, is_string); }, &kString};
const Type kPair{
    "two integers or more", R"({"type":"array","items":{"type":"integer"},"minItems":2})", "A",
    [](const Json& v) { return all_items(v, is_integer) && v.items.size() >= 2; }, &kInteger};
const Type kNullables{
    "integers or nulls", R"({"type":"array","items":{"type":["integer","null"]}})", "A",
    [](const Json& v) {
      return all_items(
          v, [](const Json& item) { return is_integer(item) || item.kind == Json::kNull; });
    },
    &kNullableInteger};
const Type kAnyItems{"array of anything", R"({"type":"array"})", "A",
                     [](const Json& v) { return v.kind == Json::kArray; }, &kAnything};
const Type kNullableList{
    "integers, or null", R"({"type":["array","null"],"items":{"type":"integer"}})", "0A",
    [](const Json& v) { return v.kind == Json::kNull || all_items(v, is_integer); }, &kInteger};
const Type kOneOrMany{
    "integer or integers",
    R"({"anyOf":[{"type":"integer"},{"type":"array","items":{"type":"integer"}}]})", "nA",
    [](const Json& v) { return is_integer(v) || all_items(v, is_integer); }, &kInteger};
const std::map<std::string, const Type*> kRgb = {
    {"R", &kInteger}, {"G", &kString}, {"B", &kBoolean}};
const Type kObject{
    "object",
    R"({"type":"object","properties":{"R":{"type":"integer"},"G":{"type":"string"},"B":{"type":"boolean"}}})",
    "O",
    is_rgb,
    nullptr,
    kRgb};
const Type kClosed{
    "closed object that requires R",
    R"({"type":"object","properties":{"R":{"type":"integer"},"G":{"type":"string"},"B":{"type":"boolean"}},"required":["R"],"additionalProperties":false})",
    "O",
    [](const Json& v) {
      if (!is_rgb(v) || !v.members.contains("R")) return false;
      for (const auto& [name, member] : v.members) {
        if (!kRgb.contains(name)) return false;
      }
      return true;
    },
    nullptr,
    kRgb,
    nullptr,
    false};
const Type kMap{"map of integers",
                R"({"type":"object","additionalProperties":{"type":"integer"}})",
                "O",
                [](const Json& v) {
                  if (v.kind != Json::kObject) return false;
                  for (const auto& [name, member] : v.members) {
                    if (!is_integer(member)) return false;
                  }
                  return true;
                },
                nullptr,
                {},
                &kInteger};
const Type kPatterned{
    "members by pattern",
    R"({"type":"object","properties":{"G":{"type":"string"}},"patternProperties":{"^R":{"type":"integer"}},"additionalProperties":{"type":"boolean"}})",
    "O",
    [](const Json& v) {
      if (v.kind != Json::kObject) return false;
      for (const auto& [name, member] : v.members) {
        const bool ok = name == "G"             ? is_string(member)
                        : name.starts_with("R") ? is_integer(member)
                                                : is_bool(member);
        if (!ok) return false;
      }
      return true;
    },
    nullptr,
    {{"G", &kString}},
    &kBoolean,
    true,
    "R",
    &kInteger};
const Type kClosedPattern{
    "closed object of members by pattern",
    R"({"type":"object","properties":{"G":{"type":"string"}},"patternProperties":{"^R":{"type":"integer"}},"additionalProperties":false})",
    "O",
    [](const Json& v) {
      if (v.kind != Json::kObject || !member_ok(v, "G", is_string)) return false;
      for (const auto& [name, member] : v.members) {
        if (name != "G" && !(name.starts_with("R") && is_integer(member))) return false;
      }
      return true;
    },
    nullptr,
    {{"G", &kString}},
    nullptr,
    false,
    "R",
    &kInteger};
const Type kTextOrObject{
    "short string or object",
    R"({"oneOf":[{"type":"string","maxLength":3},{"type":"object","properties":{"R":{"type":"integer"}},"required":["R"]}]})",
    "sO",
    [](const Json& v) {
      if (is_string(v)) return characters(v.text) <= 3;
      return v.kind == Json::kObject && v.members.contains("R") && member_ok(v, "R", is_integer);
    },
    nullptr,
    {{"R", &kInteger}}};

const Type* const kTypes[] = {
    &kInteger,         &kSmall,          &kNumber,    &kBoolean,  &kString,       &kLongString,
    &kNullableInteger, &kWords,          &kNumbers,   &kMixed,    &kAnything,     &kAtLeast,
    &kNotShort,        &kOneOf,          &kAllOf,     &kIntegers, &kDoubles,      &kBooleans,
    &kStrings,         &kPair,           &kNullables, &kObject,   &kAnyItems,     &kNullableList,
    &kOneOrMany,       &kNullableString, &kClosed,    &kMap,      &kTextOrObject, &kPatterned,
    &kClosedPattern,
};

// --- The model's reading -------------------------------------------------------------------------

struct Shape {
  std::string place;
  std::string style;
  bool explode;
};

struct Case {
  const Type* type;
  Shape shape;
  bool required;
  bool allow_empty;
};

using Text = std::optional<std::string>;
using Texts = std::vector<std::string>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

bool is_utf8(const std::string& s) {
  for (std::size_t i = 0; i < s.size();) {
    const auto lead = static_cast<unsigned char>(s[i]);
    const std::size_t more = lead < 0x80   ? 0
                             : lead < 0xC2 ? 9
                             : lead < 0xE0 ? 1
                             : lead < 0xF0 ? 2
                                           : 9;
    if (more == 9 || i + more >= s.size()) return false;  // no four-byte characters in these tests
    for (std::size_t k = 1; k <= more; ++k) {
      if ((static_cast<unsigned char>(s[i + k]) & 0xC0) != 0x80) return false;
    }
    i += more + 1;
  }
  return true;
}

Text decode(const std::string& raw, const std::string& place) {
  if (place == "header") return is_utf8(raw) ? Text(raw) : std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const bool escape = raw[i] == '%' && i + 2 < raw.size() &&
                        std::isxdigit(static_cast<unsigned char>(raw[i + 1])) &&
                        std::isxdigit(static_cast<unsigned char>(raw[i + 2]));
    if (escape) {
      out += static_cast<char>(std::stoi(raw.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      out += raw[i] == '+' && place == "query" ? ' ' : raw[i];
    }
  }
  return is_utf8(out) ? Text(out) : std::nullopt;
}

Texts split(const std::string& text, const Texts& separators) {
  Texts out(1);
  for (std::size_t i = 0; i < text.size();) {
    std::size_t size = 0;
    for (const std::string& separator : separators) {
      if (text.compare(i, separator.size(), separator) == 0) size = separator.size();
    }
    if (size == 0) {
      out.back() += text[i++];
    } else {
      out.emplace_back();
      i += size;
    }
  }
  return out;
}

std::string trim(std::string text) {
  while (!text.empty() && text.front() == ' ') text.erase(0, 1);
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::vector<Json> candidates(const std::string& text, const Type& type) {
  std::vector<Json> out;
  const bool numeric = is_json_number(text);
  for (const char kind : type.kinds) {
    if ((kind == 'n' || kind == '#') && numeric) out.push_back({Json::kNumber, text, {}, {}});
    if (kind == 'b' && (text == "true" || text == "false")) {
      out.push_back({Json::kBool, text, {}, {}});
    }
    if (kind == '0' && text.empty()) out.push_back({Json::kNull, text, {}, {}});
    if (kind == 's' || kind == '?' || (kind == '#' && !numeric)) {
      out.push_back({Json::kString, text, {}, {}});
    }
  }
  return out;
}

Json leaf(const std::string& text, const Type* type) {
  static const Type kAny{"", "", "?", [](const Json&) { return true; }};
  const Type& real = type ? *type : kAny;
  const auto all = candidates(text, real);
  for (const Json& candidate : all) {
    if (real.accepts(candidate)) return candidate;
  }
  return all.empty() ? Json{Json::kString, text, {}, {}} : all.front();
}

class Model {
 public:
  explicit Model(const Case& the_case)
      : type_(*the_case.type),
        shape_(the_case.shape),
        required_(the_case.required),
        allow_empty_(the_case.allow_empty) {
    delimited_ = shape_.style == "spaceDelimited" || shape_.style == "pipeDelimited";
    kinds_ = type_.kinds;
    if (shape_.style == "deepObject") kinds_ = "O";
    if (delimited_ && !type_.typed()) kinds_ = "A";
    if (delimited_) std::erase_if(kinds_, [](char c) { return c != 'A' && c != 'O' && c != '0'; });
  }

  bool can_be_built() const {
    if (!type_.typed()) return true;
    if (shape_.style == "deepObject") return type_.has('O');
    return !delimited_ || type_.has('A') || type_.has('O');
  }

  bool valid(const TrialRequest& request) const {
    if (shape_.place == "path") return value_ok({request.path.at(0)});
    if (shape_.place == "header") {
      const auto at = request.fields.find("id");
      return at == request.fields.end() ? !required_ : value_ok({at->second});
    }
    return pairs_ok(pairs_of(request));
  }

 private:
  bool has(char kind) const { return kinds_.find(kind) != kinds_.npos; }
  bool primitive() const { return kinds_.find_first_of("nb0s?#") != kinds_.npos; }

  Pairs pairs_of(const TrialRequest& request) const {
    const bool cookie = shape_.place == "cookie";
    const auto field = request.fields.find("cookie");
    const std::string text = !cookie                         ? request.query
                             : field == request.fields.end() ? ""
                                                             : field->second;
    Pairs out;
    for (const std::string& piece : split(text, {cookie ? ";" : "&"})) {
      const std::size_t equals = piece.find('=');
      if (piece.empty() || (cookie && equals == piece.npos)) continue;
      std::string name = piece.substr(0, equals);
      std::string value = equals == piece.npos ? "" : piece.substr(equals + 1);
      if (cookie) {
        out.emplace_back(trim(name), trim(value));
      } else {
        out.emplace_back(decode(name, "query").value_or("\xFF"), value);
      }
    }
    return out;
  }

  bool pairs_ok(const Pairs& pairs) const {
    const bool exploded_object = has('O') && (shape_.explode || shape_.style == "deepObject");
    const bool by_name = !exploded_object || kinds_ != "O";
    Texts values;
    for (const auto& [name, value] : pairs) {
      if (by_name && name == "id") values.push_back(value);
    }
    if (!values.empty() && value_ok(values)) return true;
    if (exploded_object) {
      const auto members = gather(pairs);
      if (!members) return false;
      if (!members->empty()) return members_ok(*members);
      if (is_empty_deep(pairs)) return true;
    }
    return values.empty() && !required_;
  }

  bool is_deep() const { return shape_.style == "deepObject"; }

  /// Nothing but the parameter's name, where that is allowed.
  bool is_empty_deep(const Pairs& pairs) const {
    for (const auto& [name, value] : pairs) {
      if (is_deep() && allow_empty_ && name == "id" && value.empty()) return true;
    }
    return false;
  }

  /// Nothing when some name cannot be one.
  std::optional<Pairs> gather(const Pairs& pairs) const {
    Pairs members;
    bool declared = false;
    bool broken = false;
    for (const auto& [name, value] : pairs) {
      if (is_deep()) {
        if (name != "id" && !name.starts_with("id[")) continue;
        if (name == "id" && value.empty() && allow_empty_) continue;
        if (!name.starts_with("id[") || !name.ends_with("]")) return std::nullopt;
        const std::string inner = name.substr(3, name.size() - 4);
        if (inner.empty() || inner.find_first_of("[]") != inner.npos) return std::nullopt;
        members.emplace_back(inner, value);
        declared = true;
        continue;
      }
      const bool known = type_.member(name) != nullptr;
      if (!type_.members.contains(name) && name == "id" && kinds_ != "O") continue;
      if (!known && !type_.open) continue;
      broken = broken || !is_utf8(name);
      declared = declared || known || type_.members.empty();
      members.emplace_back(name, value);
    }
    if (broken && declared) return std::nullopt;
    if (!declared) members.clear();
    return members;
  }

  bool members_ok(const Pairs& pairs) const {
    Json object{Json::kObject, "", {}, {}};
    for (const auto& [name, raw] : pairs) {
      const Type* member = type_.member(name);
      const Text text = decode(raw, shape_.place);
      if (object.members.contains(name)) {
        if (member) return false;
        continue;
      }
      if (!text) return false;
      object.members[name] = leaf(*text, member);
    }
    return type_.accepts(object);
  }

  /// `values` are all texts given under the name; without one, for path and header.
  bool value_ok(const Texts& values) const {
    if (values.size() > 1 && !(has('A') && shape_.explode)) return false;
    if (allow_empty_ && shape_.place == "query" && values.size() == 1 && values[0].empty()) {
      return true;
    }
    if (values.size() == 1 && primitive() && primitive_ok(values[0])) return true;
    if (has('A') && array_ok(values)) return true;
    const bool elsewhere = (shape_.place == "query" || shape_.place == "cookie") && shape_.explode;
    return has('O') && !elsewhere && values.size() == 1 && object_ok(values[0]);
  }

  /// Without `.`, or without `;id=`.
  Text body(const std::string& raw) const {
    if (shape_.style == "label") return raw.starts_with('.') ? Text(raw.substr(1)) : std::nullopt;
    if (shape_.style != "matrix") return raw;
    if (!raw.starts_with(';')) return std::nullopt;
    return named(raw.substr(1));
  }

  Text named(const std::string& piece) const {
    const std::size_t equals = piece.find('=');
    if (decode(piece.substr(0, equals), "path") != "id") return std::nullopt;
    return equals == piece.npos ? "" : piece.substr(equals + 1);
  }

  bool primitive_ok(const std::string& raw) const {
    const Text text = body(raw);
    const Text decoded = text ? decode(*text, shape_.place) : std::nullopt;
    if (!decoded) return false;
    Type narrowed = type_;
    narrowed.kinds = kinds_;
    for (const Json& candidate : candidates(*decoded, narrowed)) {
      if (type_.accepts(candidate)) return true;
    }
    return false;
  }

  Texts separators() const {
    if (shape_.style == "spaceDelimited") return {"%20", "+", " "};
    if (shape_.style == "pipeDelimited") return {"|", "%7C", "%7c"};
    if (shape_.style == "label" && shape_.explode) return {"."};
    if (shape_.style == "matrix" && shape_.explode) return {";"};
    return {","};
  }

  Texts pieces(const std::string& text) const {
    Texts out = split(text, separators());
    for (std::string& piece : out) {
      if (shape_.place == "header") piece = trim(piece);
    }
    return out;
  }

  bool array_ok(const Texts& values) const {
    Texts raw;
    for (const std::string& value : values) {
      const bool single = shape_.explode && (shape_.place == "query" || shape_.place == "cookie");
      const bool matrix = shape_.style == "matrix" && shape_.explode;
      const Text text =
          matrix ? value.starts_with(';') ? Text(value.substr(1)) : std::nullopt : body(value);
      if (!text) return false;
      for (const std::string& piece : single ? Texts{*text} : pieces(*text)) {
        const Text item = matrix ? named(piece) : piece;
        if (!item) return false;
        raw.push_back(*item);
      }
    }
    Json array{Json::kArray, "", {}, {}};
    for (const std::string& piece : raw) {
      const Text text = decode(piece, shape_.place);
      if (!text) return false;
      array.items.push_back(leaf(*text, type_.item));
    }
    return type_.accepts(array);
  }

  bool object_ok(const std::string& raw) const {
    const bool matrix = shape_.style == "matrix" && shape_.explode;
    const Text text =
        matrix ? raw.starts_with(';') ? Text(raw.substr(1)) : std::nullopt : body(raw);
    if (!text) return false;
    const Texts cut = pieces(*text);
    Pairs pairs;
    for (std::size_t i = 0; i < cut.size(); ++i) {
      std::string name = cut[i];
      std::string value;
      if (shape_.explode) {
        const std::size_t equals = name.find('=');
        if (equals == name.npos && (!matrix || name.empty())) return false;
        if (equals != name.npos) value = name.substr(equals + 1);
        name = name.substr(0, equals);
      } else {
        if (++i == cut.size()) return false;
        value = cut[i];
      }
      const Text decoded = decode(name, shape_.place);
      if (!decoded) return false;
      for (const auto& [other, ignored] : pairs) {
        if (other == *decoded) return false;
      }
      pairs.emplace_back(*decoded, value);
    }
    return members_ok(pairs);
  }

  const Type& type_;
  const Shape& shape_;
  bool required_;
  bool allow_empty_;
  bool delimited_ = false;
  std::string kinds_;
};

// --- Cases ---------------------------------------------------------------------------------------

const Shape kShapes[] = {
    {"path", "simple", false},          {"path", "simple", true},
    {"path", "label", false},           {"path", "label", true},
    {"path", "matrix", false},          {"path", "matrix", true},
    {"query", "form", false},           {"query", "form", true},
    {"query", "spaceDelimited", false}, {"query", "spaceDelimited", true},
    {"query", "pipeDelimited", false},  {"query", "pipeDelimited", true},
    {"query", "deepObject", true},      {"header", "simple", false},
    {"header", "simple", true},         {"cookie", "form", false},
    {"cookie", "form", true},
};

const Texts kValues = {
    "",
    "5",
    "5.0",
    "1.5",
    "-0",
    "05",
    "1e2",
    "true",
    "false",
    "TRUE",
    "null",
    "blue",
    "a",
    "101",
    "%zz",
    "%ff",
    "%35",
    "%2C",
    "3%2C4",
    "a%20b",
    "a+b",
    "%C3%A9",
    "\xC3\xA9",
    "\xFF",
    "%",
    "%4",
    "3,4",
    "3,4,x",
    "3,,4",
    ",",
    "R,1",
    "R,1,G,x",
    "R,1,R,2",
    "R",
    "R=1",
    "R=1,G=x",
    "R=1,G",
    "R,1,G,x,B,true",
    "R,x",
    "Z,1",
    "R=1,Z=2",
    "%52,1",
    "R=%31",
    "3|4",
    "3%7C4",
    "3%7c4|5",
    "3%204",
    "3+4",
    "R|1",
    "R%201",
    "R%7C1%7CG%7Cx",
    "3.4",
    "R=1.G=x",
    "R=1.G",
    "true,false",
    "3, 4",
    "R, 1",
    "\"5\"",
    "=",
    "R=1=2",
};

const Texts kPaths = {
    ".",         ";",        ";id",  ";id=3;id=4",   ";id;id",   ";R=1;G=x", ";R=1;G",
    ";id=3;x=4", ";x=3",     "id=3", ";%69d=5",      ";R=1;R=2", ";R=1;",    ";id=3;",
    ".3.4",      ".R=1.R=2", ".%33", ";id=3;%69d=4", ";idx=3",   ";ID=3",
};

const Texts kQueries = {
    "",
    "id",
    "x=1",
    "id=3&id=4",
    "id=3&id=x",
    "id=&id=3",
    "id=3,4&id=5",
    "%69d=5",
    "id=5&%69d=6",
    "id=5&ID=6",
    "x=1&x=2&id=5",
    "R=1&G=x",
    "R=x&G=x",
    "R=1&R=2",
    "Z=5",
    "Z=x",
    "R=1&Z=5",
    "R=1&Z=x",
    "R=1&Z=5&Z=6",
    "R=1&id=7",
    "%ff=1&id=5",
    "%ff=1&R=5",
    "%ff=1",
    "id%5BR%5D=1",
    "id[R]=1",
    "id[R]=%31&id[G]=x+y&id[B]=true",
    "id[R]=x",
    "id[Z]=1",
    "id[Z]=1&id[R]=1",
    "id[R]=1&id[R]=2",
    "id[R][x]=1",
    "id[]=1",
    "id[R=1",
    "id",
    "id=&id[R]=1",
    "id=1&id[R]=1",
    "id[R]=1&id[Rx]=x",
    "id[Rx]=1&id[b]=true",
    "id]=1",
    "Rx=5&G=x",
    "Rx=x&G=x",
    "Rx=1&Rx=2",
    "b=true&Rx=1",
    "[R]=1",
    "id[R]=%ff",
    "&&id=5&",
    "=5",
};

const Texts kCookies = {
    "",         "id",       "id=3; id=4",    "id=x; id=4", "x=1; id=5",    "id=5;id=6",
    "R=1; G=x", "R=1; R=2", "R=1; Z=1; Z=2", "Rx=1; G=x",  "id=3,4; id=5", "Z=1",
    "ID=5",     " id = 5 ", ";; id=5;",      "R=1; id=5",  "R=x; Z=1",     "%69d=5",
};

std::vector<TrialRequest> requests_for(const Shape& shape) {
  std::vector<TrialRequest> out;
  if (shape.place == "path") {
    for (const char* prefix : {"", ".", ";id=", ";"}) {
      for (const std::string& value : kValues) out.push_back({.path = {prefix + value}});
    }
    for (const std::string& path : kPaths) out.push_back({.path = {path}});
  }
  if (shape.place == "query") {
    for (const std::string& value : kValues) out.push_back({.query = "id=" + value});
    for (const std::string& query : kQueries) out.push_back({.query = query});
  }
  if (shape.place == "header") {
    out.emplace_back();
    for (const std::string& value : kValues) out.push_back({.fields = {{"id", value}}});
  }
  if (shape.place == "cookie") {
    out.emplace_back();
    for (const std::string& value : kValues) {
      out.push_back({.fields = {{"cookie", "a=b; id=" + value}}});
    }
    for (const std::string& cookie : kCookies) out.push_back({.fields = {{"cookie", cookie}}});
  }
  return out;
}

std::string text_of(const TrialRequest& request) {
  std::string out = request.path.empty() ? "" : request.path[0];
  if (!request.query.empty()) out += "?" + request.query;
  for (const auto& [name, value] : request.fields) out += name + ": " + value;
  return "'" + out + "'";
}

struct Tally {
  std::size_t valid = 0;
  std::size_t invalid = 0;
  std::size_t unbuilt = 0;
};

void compare(const Case& the_case, Tally& tally) {
  const auto& [type, shape, required, allow_empty] = the_case;
  const std::string name = type->name + " in " + shape.place + " " + shape.style +
                           (shape.explode ? " exploded" : "") + (required ? " required" : "");
  const Model model(the_case);
  Trial trial({{.name = "id",
                .location = shape.place,
                .schema = type->schema,
                .style = shape.style,
                .explode = shape.explode,
                .required = required,
                .allow_empty_value = allow_empty}});
  ASSERT_EQ(trial.error().empty(), model.can_be_built()) << name << ": " << trial.error();
  if (!trial.error().empty()) {
    ++tally.unbuilt;
    return;
  }
  for (const TrialRequest& request : requests_for(shape)) {
    const bool valid = model.valid(request);
    ++(valid ? tally.valid : tally.invalid);
    const auto failing = trial.first_failing(request);
    ASSERT_EQ(!failing.has_value(), valid) << name << " for " << text_of(request);
    if (!failing) continue;
    EXPECT_EQ(location_of(*failing), shape.place);
    const auto violations = trial.explain(request);
    ASSERT_FALSE(violations.empty()) << name << " for " << text_of(request);
    EXPECT_EQ(violations[0].field, "id");
    EXPECT_FALSE(violations[0].reason.empty());
    EXPECT_TRUE(base::is_utf8(violations[0].reason)) << name << " for " << text_of(request);
  }
}

TEST(StyleCrossProduct, AgreesWithTheObviousReading) {
  Tally tally;
  for (const Type* type : kTypes) {
    for (const Shape& shape : kShapes) {
      for (const bool required : {false, true}) {
        for (const bool allow_empty : {false, true}) {
          if (allow_empty && shape.place != "query") continue;
          compare({type, shape, required, allow_empty}, tally);
          if (HasFatalFailure()) return;
        }
      }
    }
  }
  // A product that has become one-sided proves little.
  EXPECT_GT(tally.valid, 10'000u);
  EXPECT_GT(tally.invalid, 10'000u);
  EXPECT_GT(tally.unbuilt, 100u);
}

}  // namespace
}  // namespace barbacane::validation
