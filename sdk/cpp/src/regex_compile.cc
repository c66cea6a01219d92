// From a pattern to a program: a tree first, since a repetition {n,m} emits its operand again and
// again. Flags are gone once the tree stands.

#include <algorithm>

#include "barbacane/regex.h"
#include "barbacane/text.h"
#include "regex_program.h"

namespace barbacane::plugin::detail {
namespace {

constexpr std::uint32_t kLast = 0x10FFFF;
constexpr std::size_t kMaxDepth = 100;
constexpr std::size_t kMaxNodes = 20'000;
using Ranges = std::vector<Range>;

struct Node {
  enum class Kind : std::uint8_t { kEmpty, kSet, kAssertion, kGroup, kSequence, kChoice, kRepeat };
  Kind kind = Kind::kEmpty;
  Ranges set;                             ///< kSet
  Instruction::Kind assertion{};          ///< kAssertion
  std::size_t group = 0;                  ///< kGroup: its number
  std::vector<std::uint32_t> children{};  ///< of the others
  int min = 0, max = -1;                  ///< kRepeat; -1: without end
  bool lazy = false;
};

void normalize(Ranges& ranges) {
  std::sort(ranges.begin(), ranges.end(), [](Range a, Range b) { return a.low < b.low; });
  std::size_t kept = 0;
  for (const Range range : ranges) {
    if (kept > 0 && range.low <= ranges[kept - 1].high + 1) {
      ranges[kept - 1].high = std::max(ranges[kept - 1].high, range.high);
    } else {
      ranges[kept++] = range;
    }
  }
  ranges.resize(kept);
}

Ranges negated(Ranges ranges) {
  normalize(ranges);
  Ranges out;
  std::uint32_t next = 0;
  for (const Range range : ranges) {
    if (range.low > next) out.push_back({next, range.low - 1});
    next = range.high + 1;
  }
  if (next <= kLast) out.push_back({next, kLast});
  return out;
}

/// The same letters in the other case, for ASCII.
void fold(Ranges& ranges) {
  const std::size_t count = ranges.size();
  const auto add = [&](Range range, std::uint32_t first, std::uint32_t last, std::uint32_t other) {
    const std::uint32_t low = std::max(range.low, first);
    const std::uint32_t high = std::min(range.high, last);
    if (low <= high) ranges.push_back({low - first + other, high - first + other});
  };
  for (std::size_t i = 0; i < count; ++i) {
    add(ranges[i], 'a', 'z', 'A');
    add(ranges[i], 'A', 'Z', 'a');
  }
}

const Ranges kDigits = {{'0', '9'}};
const Ranges kWord = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
const Ranges kSpace = {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}};

struct NamedClass {
  std::string_view name;
  Ranges ranges;
};

const Ranges* posix_class(std::string_view name) {
  static const NamedClass classes[] = {
      {"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}},
      {"alpha", {{'A', 'Z'}, {'a', 'z'}}},
      {"ascii", {{0, 0x7F}}},
      {"blank", {{'\t', '\t'}, {' ', ' '}}},
      {"cntrl", {{0, 0x1F}, {0x7F, 0x7F}}},
      {"digit", kDigits},
      {"graph", {{'!', '~'}}},
      {"lower", {{'a', 'z'}}},
      {"print", {{' ', '~'}}},
      {"punct", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
      {"space", {{'\t', '\r'}, {' ', ' '}}},
      {"upper", {{'A', 'Z'}}},
      {"word", kWord},
      {"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}},
  };
  for (const NamedClass& one : classes) {
    if (one.name == name) return &one.ranges;
  }
  return nullptr;
}

class PatternParser {
 public:
  PatternParser(std::string_view pattern, RegexProgram& program, std::string& error)
      : rest_(pattern), size_(pattern.size()), program_(program), error_(error) {}

  /// The root, or nothing and an error.
  std::optional<std::uint32_t> run() {
    const std::uint32_t root = choice();
    if (!failed() && !rest_.empty()) fail("an opening parenthesis is missing");
    if (failed()) return std::nullopt;
    return root;
  }
  const std::vector<Node>& nodes() const { return nodes_; }

 private:
  struct Flags {
    bool ignore_case = false, multi_line = false, dot_all = false, swap_lazy = false;
  };

  bool failed() const { return !error_.empty(); }
  std::uint32_t fail(std::string_view why) {
    if (!failed()) error_ = concat(why, " at byte ", size_ - rest_.size());
    return 0;
  }
  bool accept(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  std::uint32_t next() {
    const auto [code, length] = first_code_point(rest_);
    if (length == 1 && code == 0xFFFD) fail("UTF-8 expected");
    rest_.remove_prefix(length);
    return code;
  }

  std::uint32_t add(Node node) {
    if (nodes_.size() >= kMaxNodes) return fail("the pattern is too large");
    nodes_.push_back(std::move(node));
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }
  std::uint32_t add_set(Ranges ranges, bool negate = false) {
    if (flags_.ignore_case) fold(ranges);
    normalize(ranges);
    Node node;
    node.kind = Node::Kind::kSet;
    node.set = negate ? negated(std::move(ranges)) : std::move(ranges);
    return add(std::move(node));
  }
  std::uint32_t add_assertion(Instruction::Kind kind) {
    Node node;
    node.kind = Node::Kind::kAssertion;
    node.assertion = kind;
    return add(std::move(node));
  }
  std::uint32_t add_parent(Node::Kind kind, std::vector<std::uint32_t> children) {
    if (children.size() == 1) return children.front();
    Node node;
    node.kind = children.empty() ? Node::Kind::kEmpty : kind;
    node.children = std::move(children);
    return add(std::move(node));
  }

  std::uint32_t choice() {
    if (++depth_ > kMaxDepth) return fail("groups are nested too deeply");
    std::vector<std::uint32_t> children{sequence()};
    while (!failed() && accept("|")) children.push_back(sequence());
    --depth_;
    return add_parent(Node::Kind::kChoice, std::move(children));
  }

  std::uint32_t sequence() {
    std::vector<std::uint32_t> children;
    while (!failed() && !rest_.empty() && rest_.front() != '|' && rest_.front() != ')') {
      if (accept("\\Q")) {
        quoted(children);
      } else if (rest_.starts_with("(?") && flags_only()) {
        continue;
      } else {
        children.push_back(repeated(atom()));
      }
    }
    return add_parent(Node::Kind::kSequence, std::move(children));
  }

  void quoted(std::vector<std::uint32_t>& children) {
    while (!failed() && !rest_.empty() && !accept("\\E")) {
      const std::uint32_t code = next();
      std::uint32_t node = add_set({{code, code}});
      if (rest_.starts_with("\\E")) {
        accept("\\E");
        children.push_back(repeated(node));
        return;
      }
      children.push_back(node);
    }
  }

  /// `(?i)` and the like, which hold until their group ends.
  bool flags_only() {
    const std::size_t close = rest_.find_first_of("):");
    if (close == std::string_view::npos || rest_[close] != ')') return false;
    Flags flags = flags_;
    if (!read_flags(rest_.substr(2, close - 2), flags)) return false;
    flags_ = flags;
    rest_.remove_prefix(close + 1);
    return true;
  }
  static bool read_flags(std::string_view text, Flags& flags) {
    bool value = true;
    bool any = false;
    for (const char c : text) {
      if (c == '-') {
        if (!value) return false;
        value = false;
        any = false;
        continue;
      }
      any = true;
      if (c == 'i') {
        flags.ignore_case = value;
      } else if (c == 'm') {
        flags.multi_line = value;
      } else if (c == 's') {
        flags.dot_all = value;
      } else if (c == 'U') {
        flags.swap_lazy = value;
      } else {
        return false;
      }
    }
    return any;
  }

  std::uint32_t atom() {
    const char c = rest_.front();
    switch (c) {
      case '(':
        return group();
      case '[':
        return bracket();
      case '\\':
        return escape();
      case '.':
        rest_.remove_prefix(1);
        return flags_.dot_all ? add_set({{0, kLast}}) : add_set({{0, '\n' - 1}, {'\n' + 1, kLast}});
      case '^':
        rest_.remove_prefix(1);
        return add_assertion(flags_.multi_line ? Instruction::Kind::kLineBegin
                                               : Instruction::Kind::kTextBegin);
      case '$':
        rest_.remove_prefix(1);
        return add_assertion(flags_.multi_line ? Instruction::Kind::kLineEnd
                                               : Instruction::Kind::kTextEnd);
      case '*':
      case '+':
      case '?':
        return fail("nothing to repeat");
      default:
        const std::uint32_t code = next();
        return add_set({{code, code}});
    }
  }

  std::uint32_t group() {
    rest_.remove_prefix(1);
    const Flags outside = flags_;
    std::size_t number = 0;
    if (accept("?")) {
      if (accept("P<") || accept("<")) {
        if (rest_.starts_with("=") || rest_.starts_with("!")) return fail("no look-behind here");
        number = named_group();
      } else {
        const std::size_t colon = rest_.find_first_of(":)");
        if (colon == std::string_view::npos || rest_[colon] == ')' ||
            (colon > 0 && !read_flags(rest_.substr(0, colon), flags_))) {
          return fail("an unknown kind of group");
        }
        rest_.remove_prefix(colon + 1);
      }
    } else {
      number = ++program_.groups;
    }
    if (program_.groups > Regex::kMaxGroups) return fail("too many groups");
    const std::uint32_t inner = choice();
    if (failed()) return 0;
    if (!accept(")")) return fail("a closing parenthesis is missing");
    flags_ = outside;
    if (number == 0) return inner;
    Node node;
    node.kind = Node::Kind::kGroup;
    node.group = number;
    node.children = {inner};
    return add(std::move(node));
  }

  std::size_t named_group() {
    const std::size_t close = rest_.find('>');
    if (close == std::string_view::npos || close == 0) return fail("a group name expected");
    const std::string_view name = rest_.substr(0, close);
    for (const char c : name) {
      if (!is_alpha(c) && !is_digit(c) && c != '_') return fail("a group name expected");
    }
    for (const auto& [known, number] : program_.names) {
      if (known == name) return fail("a group name occurs twice");
    }
    rest_.remove_prefix(close + 1);
    program_.names.emplace_back(name, ++program_.groups);
    return program_.groups;
  }

  std::uint32_t repeated(std::uint32_t operand) {
    bool again = false;
    while (!failed() && !rest_.empty()) {
      int min = 0;
      int max = -1;
      if (accept("*")) {
      } else if (accept("+")) {
        min = 1;
      } else if (accept("?")) {
        max = 1;
      } else if (!counts(min, max)) {
        break;
      }
      if (failed()) return 0;
      if (again) return fail("a repetition of a repetition needs a group");
      again = true;
      Node node;
      node.kind = Node::Kind::kRepeat;
      node.children = {operand};
      node.min = min;
      node.max = max;
      node.lazy = accept("?") != flags_.swap_lazy;
      operand = add(std::move(node));
    }
    return operand;
  }

  /// `{n}`, `{n,}` or `{n,m}`; anything else is text.
  bool counts(int& min, int& max) {
    const std::size_t close = rest_.find('}');
    if (!rest_.starts_with('{') || close == std::string_view::npos) return false;
    const std::string_view text = rest_.substr(1, close - 1);
    const std::size_t comma = text.find(',');
    const auto low = parse_integer<std::uint32_t>(text.substr(0, comma));
    if (!low) return false;
    auto high = low;
    bool endless = false;
    if (comma != std::string_view::npos) {
      endless = comma + 1 == text.size();
      high = endless ? low : parse_integer<std::uint32_t>(text.substr(comma + 1));
      if (!high) return false;
    }
    rest_.remove_prefix(close + 1);
    constexpr auto kMost = static_cast<std::uint32_t>(Regex::kMaxRepetition);
    if (*low > kMost || *high > kMost || *low > *high) {
      return fail("a repetition of up to 1000 times expected"), false;
    }
    min = static_cast<int>(*low);
    max = endless ? -1 : static_cast<int>(*high);
    return true;
  }

  std::uint32_t escape() {
    if (accept("\\b")) return add_assertion(Instruction::Kind::kWordBorder);
    if (accept("\\B")) return add_assertion(Instruction::Kind::kNoWordBorder);
    if (accept("\\A")) return add_assertion(Instruction::Kind::kTextBegin);
    if (accept("\\z")) return add_assertion(Instruction::Kind::kTextEnd);
    if (accept("\\E")) return add(Node{});
    Ranges ranges;
    if (class_escape(ranges)) return add_set(std::move(ranges));
    const std::uint32_t code = character_escape();
    return add_set({{code, code}});
  }

  /// `\d` and its like.
  bool class_escape(Ranges& ranges) {
    if (rest_.size() < 2) return false;
    const char c = rest_[1];
    const Ranges* set = to_lower(c) == 'd'   ? &kDigits
                        : to_lower(c) == 'w' ? &kWord
                        : to_lower(c) == 's' ? &kSpace
                                             : nullptr;
    if (set == nullptr) return false;
    rest_.remove_prefix(2);
    const Ranges wanted = c == to_lower(c) ? *set : negated(*set);
    ranges.insert(ranges.end(), wanted.begin(), wanted.end());
    return true;
  }

  std::uint32_t character_escape() {
    rest_.remove_prefix(1);
    if (rest_.empty()) return fail("something behind the backslash expected");
    const char c = rest_.front();
    if (c == 'x') return hexadecimal();
    if (c >= '0' && c <= '7') return octal();
    if (c == 'p' || c == 'P') return fail("Unicode classes are not supported");
    constexpr std::string_view kLetters = "afnrtv";
    if (const auto letter = kLetters.find(c); letter != std::string_view::npos) {
      rest_.remove_prefix(1);
      return static_cast<unsigned char>("\a\f\n\r\t\v"[letter]);
    }
    if (is_alpha(c) || is_digit(c)) return fail("an unknown escape");
    return next();
  }

  std::uint32_t hexadecimal() {
    rest_.remove_prefix(1);
    std::string_view digits;
    if (accept("{")) {
      const std::size_t close = rest_.find('}');
      if (close == std::string_view::npos) return fail("a closing brace expected");
      digits = rest_.substr(0, close);
      rest_.remove_prefix(close + 1);
    } else {
      digits = rest_.substr(0, 2);
      if (digits.size() < 2) return fail("two hexadecimal digits expected");
      rest_.remove_prefix(2);
    }
    std::uint32_t code = 0;
    if (digits.empty() || digits.size() > 8) return fail("a code point expected");
    for (const char c : digits) {
      const char d = to_lower(c);
      if (!is_digit(d) && !(d >= 'a' && d <= 'f')) return fail("hexadecimal digits expected");
      code = code << 4 | static_cast<std::uint32_t>(is_digit(d) ? d - '0' : d - 'a' + 10);
    }
    return code > kLast ? fail("a code point expected") : code;
  }

  std::uint32_t octal() {
    std::size_t count = 0;
    std::uint32_t code = 0;
    while (count < 3 && count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '7') {
      code = code * 8 + static_cast<std::uint32_t>(rest_[count++] - '0');
    }
    if (rest_.front() != '0' && count < 2) return fail("back-references are not possible");
    rest_.remove_prefix(count);
    return code;
  }

  std::uint32_t bracket() {
    rest_.remove_prefix(1);
    const bool negate = accept("^");
    Ranges ranges;
    for (bool first = true;; first = false) {
      if (failed()) return 0;
      if (rest_.empty()) return fail("a closing bracket is missing");
      if (!first && accept("]")) break;
      if (rest_.starts_with("[:") && posix(ranges)) continue;
      if (rest_.front() == '\\' && class_escape(ranges)) continue;
      const std::uint32_t low = bracket_character();
      std::uint32_t high = low;
      if (rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']') {
        rest_.remove_prefix(1);
        high = bracket_character();
        if (high < low) return fail("a range that goes up expected");
      }
      ranges.push_back({low, high});
    }
    return add_set(std::move(ranges), negate);
  }

  std::uint32_t bracket_character() {
    if (rest_.empty()) return fail("a closing bracket is missing");
    return rest_.front() == '\\' ? character_escape() : next();
  }

  bool posix(Ranges& ranges) {
    const std::size_t close = rest_.find(":]");
    if (close == std::string_view::npos) return false;
    std::string_view name = rest_.substr(2, close - 2);
    const bool negate = name.starts_with('^');
    if (negate) name.remove_prefix(1);
    const Ranges* set = posix_class(name);
    if (set == nullptr) return fail("an unknown class"), false;
    const Ranges wanted = negate ? negated(*set) : *set;
    ranges.insert(ranges.end(), wanted.begin(), wanted.end());
    rest_.remove_prefix(close + 2);
    return true;
  }

  std::string_view rest_;
  std::size_t size_;
  RegexProgram& program_;
  std::string& error_;
  Flags flags_;
  std::size_t depth_ = 0;
  std::vector<Node> nodes_;
};

class Emitter {
 public:
  Emitter(const std::vector<Node>& nodes, RegexProgram& program)
      : nodes_(nodes), program_(program) {}

  bool emit(std::uint32_t index) {
    const Node& node = nodes_[index];
    switch (node.kind) {
      case Node::Kind::kEmpty:
        return true;
      case Node::Kind::kSet:
        return emit_set(node.set);
      case Node::Kind::kAssertion:
        return put(node.assertion);
      case Node::Kind::kGroup: {
        const auto slot = static_cast<std::uint32_t>(2 * node.group);
        return put(Instruction::Kind::kSave, slot) && emit(node.children[0]) &&
               put(Instruction::Kind::kSave, slot + 1);
      }
      case Node::Kind::kSequence:
        for (const std::uint32_t child : node.children) {
          if (!emit(child)) return false;
        }
        return true;
      case Node::Kind::kChoice:
        return emit_choice(node);
      case Node::Kind::kRepeat:
        return emit_repeat(node);
    }
    return false;
  }

  bool put(Instruction::Kind kind, std::uint32_t a = 0, std::uint32_t b = 0) {
    if (program_.code.size() >= Regex::kMaxProgram) return false;
    program_.code.push_back({kind, a, b});
    return true;
  }

 private:
  std::uint32_t here() const { return static_cast<std::uint32_t>(program_.code.size()); }

  bool emit_set(const Ranges& set) {
    if (set.size() == 1) return put(Instruction::Kind::kRange, set[0].low, set[0].high);
    for (std::uint32_t i = 0; i < program_.classes.size(); ++i) {
      const Ranges& known = program_.classes[i];
      if (known.size() == set.size() &&
          std::equal(known.begin(), known.end(), set.begin(),
                     [](Range x, Range y) { return x.low == y.low && x.high == y.high; })) {
        return put(Instruction::Kind::kClass, i);
      }
    }
    program_.classes.push_back(set);
    return put(Instruction::Kind::kClass, static_cast<std::uint32_t>(program_.classes.size() - 1));
  }

  bool emit_choice(const Node& node) {
    std::vector<std::uint32_t> jumps;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const bool last = i + 1 == node.children.size();
      const std::uint32_t split = here();
      if (!last && !put(Instruction::Kind::kSplit, split + 1)) return false;
      if (!emit(node.children[i])) return false;
      if (last) break;
      jumps.push_back(here());
      if (!put(Instruction::Kind::kJump)) return false;
      program_.code[split].b = here();
    }
    for (const std::uint32_t jump : jumps) program_.code[jump].a = here();
    return true;
  }

  /// A split whose preferred way is into the operand, or out of it when lazy.
  void aim(std::uint32_t split, bool lazy, std::uint32_t into, std::uint32_t out) {
    program_.code[split].a = lazy ? out : into;
    program_.code[split].b = lazy ? into : out;
  }

  bool emit_repeat(const Node& node) {
    const std::uint32_t operand = node.children[0];
    std::vector<std::uint32_t> ways_out;
    std::uint32_t last = here();
    for (int i = 0; i < node.min; ++i) {
      last = here();
      if (!emit(operand)) return false;
    }
    if (node.max < 0) {
      // `x*` as `(x+)?`: an operand that can be empty must not be preferred to leaving.
      if (node.min == 0) {
        ways_out.push_back(here());
        if (!put(Instruction::Kind::kSplit)) return false;
        last = here();
        if (!emit(operand)) return false;
      }
      const std::uint32_t split = here();
      if (!put(Instruction::Kind::kSplit)) return false;
      aim(split, node.lazy, last, here());
    } else {
      for (int i = node.min; i < node.max; ++i) {
        ways_out.push_back(here());
        if (!put(Instruction::Kind::kSplit) || !emit(operand)) return false;
      }
    }
    for (const std::uint32_t split : ways_out) aim(split, node.lazy, split + 1, here());
    return true;
  }

  const std::vector<Node>& nodes_;
  RegexProgram& program_;
};

}  // namespace

std::pair<std::uint32_t, std::size_t> first_code_point(std::string_view text) {
  const std::size_t length = utf8_sequence_length(text);
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  switch (length) {
    case 1:
      return {byte(0), 1};
    case 2:
      return {(byte(0) & 0x1F) << 6 | (byte(1) & 0x3F), 2};
    case 3:
      return {(byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3};
    case 4:
      return {(byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 |
                  (byte(3) & 0x3F),
              4};
    default:
      return {0xFFFD, 1};
  }
}

bool compile_regex(std::string_view pattern, RegexProgram& program, std::string& error) {
  PatternParser parser(pattern, program, error);
  const auto root = parser.run();
  if (!root) return false;
  Emitter emitter(parser.nodes(), program);
  if (!emitter.put(Instruction::Kind::kSave, 0) || !emitter.emit(*root) ||
      !emitter.put(Instruction::Kind::kSave, 1) || !emitter.put(Instruction::Kind::kMatch)) {
    error = "the pattern is too large";
    return false;
  }
  program.anchored = program.code[1].kind == Instruction::Kind::kTextBegin;
  return true;
}

}  // namespace barbacane::plugin::detail
