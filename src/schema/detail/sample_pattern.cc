#include "schema/detail/sample_pattern.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <utility>

#include "base/text.h"
#include "schema/detail/utf8.h"

namespace barbacane::schema {

namespace {

using Node = PatternSampler::Node;

constexpr std::size_t kMaxSource = 4096;
constexpr std::size_t kMaxDepth = 100;
constexpr std::size_t kMaxRepeat = 4096;
constexpr std::size_t kMaxText = 8192;
constexpr std::size_t kUnbounded = static_cast<std::size_t>(-1);

struct Range {
  char32_t first, last;
};

/// What a class holds; `excluded` are those of `[^…]` and of `\D` and the like.
struct Set {
  std::vector<Range> ranges;
  std::vector<Set> nested;
  bool negated = false;

  bool has(char32_t c) const {
    const bool found =
        std::ranges::any_of(ranges, [&](Range r) { return r.first <= c && c <= r.last; }) ||
        std::ranges::any_of(nested, [&](const Set& set) { return set.has(c); });
    return found != negated;
  }
};

std::vector<Range> word_ranges() { return {{'a', 'z'}, {'A', 'Z'}, {'0', '9'}, {'_', '_'}}; }

/// The members worth using: those of the first kind of character, from the most readable on, that
/// the set has any of.
std::vector<char32_t> usable(const Set& set) {
  static constexpr std::array<std::string_view, 4> kKinds = {
      "abcdefghijklmnopqrstuvwxyz", "1234567890", "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
      "-_.~/:@ ,;+*#'()!?=&%$[]{}<>|^`\"\\\t\n"};
  std::vector<char32_t> found;
  for (std::string_view kind : kKinds) {
    for (char c : kind) {
      if (set.has(static_cast<unsigned char>(c))) found.push_back(static_cast<unsigned char>(c));
    }
    if (!found.empty()) break;
  }
  // Of the last kind one is enough: `---`, not `-_.`, and a blank rather than a tab.
  if (!found.empty() && kKinds.back().contains(static_cast<char>(found.front()))) found.resize(1);
  if (!found.empty()) return found;
  const std::function<void(const Set&)> edges = [&](const Set& part) {
    for (const Range& range : part.ranges) {
      for (char32_t c : {range.first, range.last}) {
        if (set.has(c) && (c < 0xD800 || c > 0xDFFF)) found.push_back(c);
      }
    }
    for (const Set& nested : part.nested) edges(nested);
  };
  edges(set);
  if (found.empty() && set.has(0xE9)) found.push_back(0xE9);
  return found;
}

class Parser {
 public:
  Parser(std::string_view source, std::vector<Node>& nodes) : rest_(source), nodes_(nodes) {}

  std::optional<std::uint32_t> parse() {
    const auto root = alternatives();
    return root && rest_.empty() ? root : std::nullopt;
  }

 private:
  using Index = std::optional<std::uint32_t>;

  std::uint32_t put(Node node) {
    nodes_.push_back(std::move(node));
    return static_cast<std::uint32_t>(nodes_.size() - 1);
  }

  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  std::optional<char32_t> code_point() {
    const auto [c, length] = detail::first_character(rest_);
    if (length == 0) return std::nullopt;
    rest_.remove_prefix(length);
    return c;
  }

  Index alternatives() {
    if (++depth_ > kMaxDepth) return std::nullopt;
    Node all;
    all.kind = Node::Kind::kAlternatives;
    do {
      const Index one = sequence();
      if (!one) return std::nullopt;
      all.children.push_back(*one);
    } while (take("|"));
    --depth_;
    return all.children.size() == 1 ? all.children.front() : put(std::move(all));
  }

  Index sequence() {
    Node all;
    all.kind = Node::Kind::kSequence;
    while (!rest_.empty() && rest_.front() != '|' && rest_.front() != ')') {
      Index term = atom();
      if (term) term = repeated(*term);
      if (!term) return std::nullopt;
      all.children.push_back(*term);
    }
    return put(std::move(all));
  }

  Index atom() {
    if (take("^") || take("$") || take("\\b") || take("\\B")) return put({});
    if (take("(")) return group();
    if (take("[")) return bracket();
    if (take(".")) {
      return of_class({.ranges = {{'\n', '\n'}, {'\r', '\r'}}, .nested = {}, .negated = true});
    }
    if (take("\\")) return escape();
    if (rest_.starts_with('*') || rest_.starts_with('+') || rest_.starts_with('?')) {
      return std::nullopt;
    }
    return literal(code_point());
  }

  Index literal(std::optional<char32_t> c) {
    if (!c) return std::nullopt;
    Node node;
    node.kind = Node::Kind::kLiteral;
    node.literal = *c;
    return put(std::move(node));
  }

  Index of_class(const Set& set) {
    Node node;
    node.kind = Node::Kind::kClass;
    node.characters = usable(set);
    if (node.characters.empty()) return std::nullopt;
    return put(std::move(node));
  }

  Index group() {
    const bool looks_around = take("?=") || take("?!") || take("?<=") || take("?<!");
    std::size_t capture = 0;
    if (!looks_around && !take("?:")) {
      capture = ++captures_;
      if (take("?<")) {
        const std::size_t end = rest_.find('>');
        if (end == rest_.npos) return std::nullopt;
        rest_.remove_prefix(end + 1);
      } else if (rest_.starts_with('?')) {
        return std::nullopt;
      }
    }
    const Index inner = alternatives();
    if (!inner || !take(")")) return std::nullopt;
    if (looks_around) return put({});
    if (capture == 0) return inner;
    Node node;
    node.kind = Node::Kind::kGroup;
    node.children = {*inner};
    node.capture = capture;
    return put(std::move(node));
  }

  Index escape() {
    if (rest_.empty()) return std::nullopt;
    if (rest_.front() >= '1' && rest_.front() <= '9') {
      Node node;
      node.kind = Node::Kind::kReference;
      node.capture = *number();
      return put(std::move(node));
    }
    if (const auto set = class_escape()) return of_class(*set);
    return literal(character_escape());
  }

  /// `\d` and its kind, behind the backslash.
  std::optional<Set> class_escape() {
    struct Escape {
      std::string_view letter;
      std::vector<Range> ranges;
    };
    const Escape escapes[] = {
        {"d", {{'0', '9'}}},
        {"w", word_ranges()},
        {"s", {{' ', ' '}, {'\t', '\r'}}},
    };
    for (const Escape& escape : escapes) {
      if (take(escape.letter)) return Set{escape.ranges, {}, false};
      if (take(base::to_upper(escape.letter))) return Set{escape.ranges, {}, true};
    }
    const bool negated = rest_.starts_with("P{");
    if (!negated && !rest_.starts_with("p{")) return std::nullopt;
    const std::size_t end = rest_.find('}');
    if (end == rest_.npos) return std::nullopt;
    std::string_view name = rest_.substr(2, end - 2);
    rest_.remove_prefix(end + 1);
    name = name.substr(name.find('=') == name.npos ? 0 : name.find('=') + 1);
    Set set = property(name);
    set.negated = negated;
    return set;
  }

  /// ASCII stands for each category.
  static Set property(std::string_view name) {
    if (name == "Lu" || name == "Uppercase_Letter") return {{{'A', 'Z'}}, {}, false};
    if (name == "Ll" || name == "Lowercase_Letter") return {{{'a', 'z'}}, {}, false};
    if (name.starts_with('N')) return {{{'0', '9'}}, {}, false};
    if (name.starts_with('P')) return {{{'-', '/'}}, {}, false};
    if (name.starts_with('S')) return {{{'+', '+'}, {'$', '$'}}, {}, false};
    if (name.starts_with('Z')) return {{{' ', ' '}}, {}, false};
    return {{{'a', 'z'}, {'A', 'Z'}}, {}, false};
  }

  std::optional<char32_t> hex(std::size_t digits) {
    if (rest_.size() < digits) return std::nullopt;
    char32_t value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const int digit = base::hex_digit(rest_[i]);
      if (digit < 0) return std::nullopt;
      value = value * 16 + static_cast<char32_t>(digit);
    }
    rest_.remove_prefix(digits);
    return value;
  }

  std::optional<char32_t> character_escape() {
    static constexpr std::pair<std::string_view, char32_t> kControls[] = {
        {"t", '\t'}, {"n", '\n'}, {"r", '\r'}, {"f", '\f'}, {"v", '\v'}, {"0", 0}};
    for (const auto& [letter, character] : kControls) {
      if (take(letter)) return character;
    }
    if (take("x")) return hex(2);
    if (take("u{")) {
      const std::size_t end = rest_.find('}');
      const auto c = end > 6 ? std::nullopt : hex(end);
      return take("}") ? c : std::nullopt;
    }
    if (take("u")) {
      const auto high = hex(4);
      if (!high || *high < 0xD800 || *high > 0xDBFF || !take("\\u")) return high;
      const auto low = hex(4);
      if (!low) return std::nullopt;
      return 0x10000 + ((*high - 0xD800) << 10) + (*low - 0xDC00);
    }
    if (take("c")) {
      const auto letter = code_point();
      return letter ? std::optional<char32_t>(*letter % 32) : std::nullopt;
    }
    if (rest_.starts_with('k')) return std::nullopt;
    return code_point();
  }

  Index bracket() {
    Set set;
    set.negated = take("^");
    while (!take("]")) {
      if (rest_.empty()) return std::nullopt;
      std::optional<char32_t> first;
      if (take("\\")) {
        if (auto nested = class_escape()) {
          set.nested.push_back(*std::move(nested));
          continue;
        }
        first = take("b") ? U'\b' : character_escape();
      } else {
        first = code_point();
      }
      if (!first) return std::nullopt;
      std::optional<char32_t> last = first;
      if (rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']') {
        rest_.remove_prefix(1);
        last = take("\\") ? character_escape() : code_point();
      }
      if (!last) return std::nullopt;
      set.ranges.push_back({*first, *last});
    }
    return of_class(set);
  }

  std::optional<std::size_t> number() {
    std::size_t value = 0;
    bool any = false;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      value = std::min<std::size_t>(value * 10 + static_cast<std::size_t>(rest_.front() - '0'),
                                    1'000'000);
      rest_.remove_prefix(1);
      any = true;
    }
    return any ? std::optional(value) : std::nullopt;
  }

  Index repeated(std::uint32_t term) {
    std::size_t least = 0;
    std::size_t most = kUnbounded;
    if (take("+")) {
      least = 1;
    } else if (take("?")) {
      most = 1;
    } else if (take("{")) {
      const auto from = number();
      if (!from) return std::nullopt;
      least = most = *from;
      if (take(",")) most = number().value_or(kUnbounded);
      if (!take("}")) return std::nullopt;
    } else if (!take("*")) {
      return term;
    }
    take("?");
    Node node;
    node.kind = Node::Kind::kRepeat;
    node.children = {term};
    node.least = least;
    node.most = most;
    return put(std::move(node));
  }

  std::string_view rest_;
  std::vector<Node>& nodes_;
  std::size_t captures_ = 0;
  std::size_t depth_ = 0;
};

class Writer {
 public:
  Writer(const std::vector<Node>& nodes, PatternSampler::Choice choice)
      : nodes_(nodes), choice_(choice) {}

  bool write(std::uint32_t index) {
    if (out.size() > kMaxText || ++steps_ > kMaxSteps) return false;
    const Node& node = nodes_[index];
    switch (node.kind) {
      case Node::Kind::kEmpty:
        return true;
      case Node::Kind::kLiteral:
        base::append_utf8(out, node.literal);
        return true;
      case Node::Kind::kClass:
        base::append_utf8(
            out, node.characters[(class_position_++ + choice_.variant) % node.characters.size()]);
        return true;
      case Node::Kind::kSequence:
        return std::ranges::all_of(node.children, [&](std::uint32_t child) {
          const Node::Kind kind = nodes_[child].kind;
          if (kind == Node::Kind::kLiteral || kind == Node::Kind::kEmpty) class_position_ = 0;
          return write(child);
        });
      case Node::Kind::kAlternatives:
        return write(node.children[choice_.variant % node.children.size()]);
      case Node::Kind::kRepeat:
        return repeat(node);
      case Node::Kind::kGroup: {
        const std::size_t begin = out.size();
        if (!write(node.children.front())) return false;
        captured_[node.capture] = out.substr(begin);
        return true;
      }
      case Node::Kind::kReference:
        out += captured_[node.capture];
        return true;
    }
    return false;
  }

  std::string out;

 private:
  static constexpr std::size_t kMaxSteps = 20'000;

  bool repeat(const Node& node) {
    const std::size_t count = std::min(node.most, node.least + choice_.extra);
    if (count > kMaxRepeat) return false;
    for (std::size_t i = 0; i < count; ++i) {
      if (!write(node.children.front())) return false;
    }
    return true;
  }

  const std::vector<Node>& nodes_;
  PatternSampler::Choice choice_;
  std::map<std::size_t, std::string> captured_;
  std::size_t class_position_ = 0;
  std::size_t steps_ = 0;
};

}  // namespace

std::optional<PatternSampler> PatternSampler::parse(std::string_view source) {
  if (source.size() > kMaxSource) return std::nullopt;
  PatternSampler sampler;
  const auto root = Parser(source, sampler.nodes_).parse();
  if (!root) return std::nullopt;
  sampler.root_ = *root;
  return sampler;
}

std::optional<std::string> PatternSampler::text(Choice choice) const {
  Writer writer(nodes_, choice);
  if (!writer.write(root_)) return std::nullopt;
  return std::move(writer.out);
}

}  // namespace barbacane::schema
