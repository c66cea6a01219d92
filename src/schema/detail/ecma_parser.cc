#include "schema/detail/ecma_parser.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/text.h"
#include "schema/detail/utf8.h"

namespace barbacane::schema::detail {
namespace {

using Kind = PatternNode::Kind;

constexpr std::size_t kMaxSource = 64 * 1024;
constexpr std::size_t kMaxDepth = 100;
constexpr std::size_t kMaxNames = 256;
constexpr char32_t kMaxRepeat = 0x7FFFFFFF;
constexpr char32_t kEnd = 0xFFFFFFFF;

bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
bool is_letter(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name_start(char32_t c) {
  return is_letter(c) || c == '_' || c == '$' || (c >= 0x80 && c != kEnd);
}
bool is_name_part(char32_t c) { return is_name_start(c) || is_digit(c); }
bool is_high_surrogate(char32_t c) { return c >= 0xD800 && c <= 0xDBFF; }
bool is_low_surrogate(char32_t c) { return c >= 0xDC00 && c <= 0xDFFF; }
int hex_value(char32_t c) { return c < 0x80 ? base::hex_digit(static_cast<char>(c)) : -1; }

/// Nothing when the text is not UTF-8.
std::optional<std::u32string> decode(std::string_view utf8) {
  std::u32string out;
  out.reserve(utf8.size());
  while (!utf8.empty()) {
    const auto [c, length] = first_character(utf8);
    if (length == 0) return std::nullopt;
    out += c;
    utf8.remove_prefix(length);
  }
  return out;
}

std::string encode(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) base::append_utf8(out, c);
  return out;
}

/// One member of a character class, or the end of a range.
struct ClassAtom {
  char32_t code_point = 0;  ///< unless it is a set
  std::optional<CharacterClass> set;
};

class Parser {
 public:
  explicit Parser(std::u32string text) : text_(std::move(text)) {}

  base::Result<PatternTree> parse() {
    PatternTree tree;
    tree.root = choice(0);
    if (!failed() && peek() == ')') fail("unmatched )");
    resolve_references();
    if (failed()) return base::fail(std::move(error_));
    tree.classes = std::move(classes_);
    tree.groups = groups_;
    tree.has_references = !references_.empty();
    if (tree.has_references) number_named_references(tree.root);
    return tree;
  }

 private:
  struct Reference {
    std::uint32_t number = 0;  ///< 0 while it has a name only
    std::u32string name;
    std::size_t position = 0;
  };

  bool failed() const { return !error_.empty(); }
  char32_t peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : kEnd;
  }
  bool looking_at(std::u32string_view what) const {
    return std::u32string_view(text_).substr(at_).starts_with(what);
  }
  bool take(std::u32string_view what) {
    if (!looking_at(what)) return false;
    at_ += what.size();
    return true;
  }

  /// Keeps the first error and ends the parse by leaving nothing to read.
  void fail(std::string_view what, std::size_t position) {
    if (!failed()) {
      error_ = std::string(what) + " at character " + std::to_string(position + 1);
    }
    at_ = text_.size();
  }
  void fail(std::string_view what) { fail(what, at_); }

  PatternNode choice(std::size_t depth) {
    PatternNode out{.kind = Kind::kChoice};
    do {
      out.children.push_back(sequence(depth));
    } while (take(U"|"));
    if (out.children.size() > 1) return out;
    PatternNode only = std::move(out.children.front());
    return only;
  }

  PatternNode sequence(std::size_t depth) {
    PatternNode out{.kind = Kind::kSequence};
    while (peek() != kEnd && peek() != '|' && peek() != ')') {
      const std::size_t start = at_;
      PatternNode node = term(depth);
      if (failed()) break;
      out.children.push_back(quantified(std::move(node), start));
    }
    return out;
  }

  PatternNode term(std::size_t depth) {
    switch (peek()) {
      case '^':
        ++at_;
        return {.kind = Kind::kTextStart};
      case '$':
        ++at_;
        return {.kind = Kind::kTextEnd};
      case '.':
        ++at_;
        return class_node({.ranges = ecma_dot()});
      case '(':
        return group(depth);
      case '[':
        return bracketed();
      case '\\':
        return escape();
      case '*':
      case '+':
      case '?':
        fail("nothing to repeat");
        return {};
      case '{':
        if (is_repeat()) fail("nothing to repeat");
        return failed() ? PatternNode{} : character(text_[at_++]);
      default:
        return character(text_[at_++]);
    }
  }

  static PatternNode character(char32_t c) { return {.kind = Kind::kCharacter, .value = c}; }

  PatternNode class_node(CharacterClass set) {
    classes_.push_back(std::move(set));
    return {.kind = Kind::kClass, .value = static_cast<std::uint32_t>(classes_.size() - 1)};
  }

  PatternNode group(std::size_t depth) {
    const std::size_t start = at_;
    PatternNode out = group_head();
    if (depth >= kMaxDepth) fail("groups nested too deeply", start);
    if (failed()) return {};
    out.children.push_back(choice(depth + 1));
    if (!failed() && !take(U")")) fail("unclosed group", start);
    return out;
  }

  PatternNode group_head() {
    if (take(U"(?:")) return {.kind = Kind::kSequence};
    if (take(U"(?=")) return {.kind = Kind::kLookAhead};
    if (take(U"(?!")) return {.kind = Kind::kLookAhead, .negated = true};
    if (take(U"(?<=")) return {.kind = Kind::kLookBehind};
    if (take(U"(?<!")) return {.kind = Kind::kLookBehind, .negated = true};
    const std::size_t start = at_;
    if (take(U"(?<")) {
      std::u32string name = group_name();
      if (failed()) return {};
      if (names_.contains(name)) {
        fail("a second group named " + encode(name), start);
      } else if (names_.size() == kMaxNames) {
        fail("more than 256 named groups", start);
      } else {
        names_.emplace(std::move(name), groups_ + 1);
      }
    } else if (looking_at(U"(?P")) {
      fail("a named group is written (?<name>...), not (?P<name>...),");
    } else if (looking_at(U"(?")) {
      fail("unknown kind of group (ECMA-262 has no inline flags)");
    } else {
      take(U"(");
    }
    return {.kind = Kind::kGroup, .value = ++groups_};
  }

  /// What stands before `>`, which is taken too.
  std::u32string group_name() {
    const std::size_t start = at_;
    std::u32string name;
    if (is_name_start(peek())) {
      while (is_name_part(peek())) name += text_[at_++];
    }
    if (name.empty() || !take(U">")) fail("not a group name", start);
    return name;
  }

  /// Whether `{2}`, `{2,}` or `{2,3}` stands here; other braces are ordinary characters.
  bool is_repeat() {
    std::size_t i = 1;
    while (is_digit(peek(i))) ++i;
    if (i == 1) {
      if (peek(1) == ',' && is_digit(peek(2))) fail("a repeat without lower bound");
      return false;
    }
    if (peek(i) == ',') ++i;
    while (is_digit(peek(i))) ++i;
    return peek(i) == '}';
  }

  std::uint32_t number() {
    std::uint64_t value = 0;
    while (is_digit(peek())) {
      value = std::min<std::uint64_t>(value * 10 + (text_[at_++] - '0'), kMaxRepeat);
    }
    return static_cast<std::uint32_t>(value);
  }

  PatternNode quantified(PatternNode node, std::size_t start) {
    const std::size_t position = at_;
    PatternNode repeat{.kind = Kind::kRepeat, .min = 0, .max = kUnbounded};
    if (take(U"*")) {
    } else if (take(U"+")) {
      repeat.min = 1;
    } else if (take(U"?")) {
      repeat.max = 1;
    } else if (peek() == '{' && is_repeat()) {
      ++at_;
      repeat.min = repeat.max = number();
      if (take(U",")) repeat.max = is_digit(peek()) ? number() : kUnbounded;
      ++at_;
      if (repeat.max < repeat.min) fail("repeat with its bounds out of order", position);
      if (repeat.max >= kMaxRepeat) repeat.max = kUnbounded;
    } else {
      return node;
    }
    switch (node.kind) {
      case Kind::kTextStart:
      case Kind::kTextEnd:
      case Kind::kWordBoundary:
      case Kind::kLookBehind:
        fail("nothing to repeat", start);
        return {};
      default:
        break;
    }
    repeat.lazy = take(U"?");
    if (repeat.min == 1 && repeat.max == 1) return node;
    repeat.children.push_back(std::move(node));
    return repeat;
  }

  PatternNode escape() {
    const std::size_t start = at_++;
    const char32_t c = peek();
    if (c == 'b' || c == 'B') {
      ++at_;
      return {.kind = Kind::kWordBoundary, .negated = c == 'B'};
    }
    if (c >= '1' && c <= '9') {
      references_.push_back({number(), {}, start});
      return {.kind = Kind::kReference,
              .value = static_cast<std::uint32_t>(references_.size() - 1)};
    }
    if (c == 'k') {
      ++at_;
      if (!take(U"<")) {
        fail("\\k without a group name", start);
        return {};
      }
      references_.push_back({0, group_name(), start});
      return {.kind = Kind::kReference,
              .value = static_cast<std::uint32_t>(references_.size() - 1)};
    }
    if (auto set = class_escape(start)) return class_node(std::move(*set));
    return character(character_escape(start));
  }

  /// `\d`, `\p{…}` and the like, after the backslash.
  std::optional<CharacterClass> class_escape(std::size_t start) {
    const char32_t c = peek();
    switch (c) {
      case 'd':
      case 'D':
        return named_class(ecma_digits(), c == 'D');
      case 'w':
      case 'W':
        return named_class(ecma_word(), c == 'W');
      case 's':
      case 'S':
        return named_class(ecma_space(), c == 'S');
      case 'p':
      case 'P':
        return property(start);
      default:
        return std::nullopt;
    }
  }

  std::optional<CharacterClass> named_class(const CodePointSet& set, bool negated) {
    ++at_;
    return CharacterClass{.ranges = negated ? set.complement() : set};
  }

  std::optional<CharacterClass> property(std::size_t start) {
    const bool negated = text_[at_++] == 'P';
    if (!take(U"{")) {
      fail("a property is written \\p{...}:", start);
      return CharacterClass{};
    }
    std::u32string name;
    while (peek() != '}' && peek() != kEnd) name += text_[at_++];
    const auto found = find_unicode_property(encode(name));
    if (!take(U"}") || !found) {
      fail("unknown property " + encode(name.substr(0, 40)), start);
      return CharacterClass{};
    }
    if (found->kind == UnicodeProperty::Kind::kBinary) {
      if (found->name == "Any") return ranges(every_code_point(), negated);
      if (found->name == "ASCII") return ranges(CodePointSet({{0, 0x7F}}), negated);
      if (found->name == "Assigned") {
        const UnicodeProperty unassigned{UnicodeProperty::Kind::kCategory, "Cn"};
        return CharacterClass{.properties = {{unassigned, !negated}}};
      }
    }
    return CharacterClass{.properties = {{*found, negated}}};
  }

  static CharacterClass ranges(const CodePointSet& set, bool negated) {
    return {.ranges = negated ? set.complement() : set};
  }

  /// An escape that stands for one code point, after the backslash.
  char32_t character_escape(std::size_t start) {
    const char32_t c = peek();
    if (c == kEnd) {
      fail("a backslash without anything after it", start);
      return 0;
    }
    ++at_;
    switch (c) {
      case 't':
        return '\t';
      case 'n':
        return '\n';
      case 'v':
        return '\v';
      case 'f':
        return '\f';
      case 'r':
        return '\r';
      case '0':
        if (is_digit(peek())) fail("octal escape", start);
        return 0;
      case 'c':
        if (!is_letter(peek())) {
          fail("\\c without a letter", start);
          return 0;
        }
        return text_[at_++] % 32;
      case 'x':
        return hex(2, "\\x needs two hexadecimal digits,", start);
      case 'u':
        return unicode_escape(start);
      default:
        if (is_letter(c) || is_digit(c)) fail("unknown escape \\" + encode({&c, 1}), start);
        return c;
    }
  }

  char32_t hex(std::size_t digits, std::string_view complaint, std::size_t start) {
    char32_t value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const int digit = hex_value(peek());
      if (digit < 0) {
        fail(complaint, start);
        return 0;
      }
      value = value * 16 + static_cast<char32_t>(digit);
      ++at_;
    }
    return value;
  }

  /// After `\u`: four digits, which may be one half of a pair of surrogates, or any number in
  /// braces.
  char32_t unicode_escape(std::size_t start) {
    constexpr std::string_view kComplaint = "\\u needs four hexadecimal digits or {...},";
    if (take(U"{")) {
      char32_t value = 0;
      const std::size_t digits = at_;
      while (hex_value(peek()) >= 0 && value <= kLastCodePoint) {
        value = value * 16 + static_cast<char32_t>(hex_value(text_[at_++]));
      }
      const bool some = at_ > digits;
      if (value > kLastCodePoint) {
        fail("a code point above 10FFFF", start);
      } else if (!some || !take(U"}")) {
        fail(kComplaint, start);
      }
      return value;
    }
    const char32_t first = hex(4, kComplaint, start);
    if (!is_high_surrogate(first) || !looking_at(U"\\u")) return first;
    const std::size_t after_first = at_;
    at_ += 2;
    if (peek() != '{') {
      char32_t second = 0;
      std::size_t digits = 0;
      for (; digits < 4 && hex_value(peek(digits)) >= 0; ++digits) {
        second = second * 16 + static_cast<char32_t>(hex_value(peek(digits)));
      }
      if (digits == 4 && is_low_surrogate(second)) {
        at_ += 4;
        return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
      }
    }
    at_ = after_first;
    return first;
  }

  PatternNode bracketed() {
    const std::size_t start = at_++;
    const bool negated = take(U"^");
    std::vector<CodePointRange> ranges;
    CharacterClass out;
    const auto add = [&](ClassAtom& atom) {
      if (!atom.set) {
        ranges.push_back({atom.code_point, atom.code_point});
        return;
      }
      const auto more = atom.set->ranges.ranges();
      ranges.insert(ranges.end(), more.begin(), more.end());
      for (const auto& property : atom.set->properties) out.properties.push_back(property);
    };
    while (peek() != ']' && peek() != kEnd) {
      const std::size_t position = at_;
      ClassAtom first = class_atom();
      if (peek() != '-' || peek(1) == ']' || peek(1) == kEnd) {
        add(first);
        continue;
      }
      ++at_;
      ClassAtom last = class_atom();
      if (failed()) break;
      if (first.set || last.set) {  // no range, but each of the three
        add(first);
        ranges.push_back({'-', '-'});
        add(last);
      } else if (first.code_point > last.code_point) {
        fail("range out of order", position);
      } else {
        ranges.push_back({first.code_point, last.code_point});
      }
    }
    if (!failed() && !take(U"]")) fail("unclosed character class", start);
    out.ranges = CodePointSet(std::move(ranges));
    if (negated && out.properties.empty()) {
      out.ranges = out.ranges.complement();
    } else {
      out.negated = negated;
    }
    return class_node(std::move(out));
  }

  ClassAtom class_atom() {
    if (peek() == kEnd) return {};
    if (peek() != '\\') return {text_[at_++], {}};
    const std::size_t start = at_++;
    if (take(U"b")) return {'\b', {}};
    if (auto set = class_escape(start)) return {0, std::move(set)};
    return {character_escape(start), {}};
  }

  /// Groups may be named and numbered before they begin, so that only now all are known.
  void resolve_references() {
    for (Reference& reference : references_) {
      if (!reference.name.empty()) {
        const auto named = names_.find(reference.name);
        if (named == names_.end()) {
          fail("no group is named " + encode(reference.name) + ", referred to", reference.position);
        } else {
          reference.number = named->second;
        }
      } else if (reference.number > groups_) {
        fail("there is no group " + std::to_string(reference.number) + ", referred to",
             reference.position);
      }
    }
  }

  void number_named_references(PatternNode& node) const {
    if (node.kind == Kind::kReference) node.value = references_[node.value].number;
    for (PatternNode& child : node.children) number_named_references(child);
  }

  std::u32string text_;
  std::size_t at_ = 0;
  std::string error_;
  std::vector<CharacterClass> classes_;
  std::unordered_map<std::u32string, std::uint32_t> names_;
  std::vector<Reference> references_;
  std::uint32_t groups_ = 0;
};

}  // namespace

base::Result<PatternTree> parse_ecma_pattern(std::string_view source) {
  if (source.size() > kMaxSource) return base::fail("longer than 64 KiB");
  auto text = decode(source);
  if (!text) return base::fail("not UTF-8");
  return Parser(std::move(*text)).parse();
}

}  // namespace barbacane::schema::detail
