#include "schema/detail/pattern_emit.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/result.h"

namespace barbacane::schema::detail {
namespace {

using Kind = PatternNode::Kind;

constexpr std::string_view kNothing = R"([^\x{0}-\x{10FFFF}])";

bool is_plain(char32_t c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

class Emitter {
 public:
  enum class Syntax : std::uint8_t { kRe2, kPcre2 };

  Emitter(const PatternTree& tree, Syntax syntax) : tree_(tree), syntax_(syntax) {}

  bool emit() {
    node(tree_.root);
    return problem_.empty();
  }
  std::string take_text() { return std::move(out_); }
  const std::string& problem() const { return problem_; }

 private:
  bool re2() const { return syntax_ == Syntax::kRe2; }

  void refuse(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
  }

  void node(const PatternNode& node) {
    if (!problem_.empty()) return;
    switch (node.kind) {
      case Kind::kSequence:
        for (const PatternNode& child : node.children) item(child);
        return;
      case Kind::kChoice:
        for (std::size_t i = 0; i < node.children.size(); ++i) {
          if (i > 0) out_ += '|';
          this->node(node.children[i]);
        }
        return;
      case Kind::kCharacter:
        return character(node.value);
      case Kind::kClass:
        return character_class(tree_.classes[node.value]);
      case Kind::kRepeat:
        return repeat(node);
      case Kind::kGroup:
        return enclosed(tree_.has_references ? "(" : "(?:", node.children.front());
      case Kind::kReference:
        if (re2()) return refuse("a reference");
        out_ += fmt::format("\\g{{{}}}", node.value);
        return;
      case Kind::kLookAhead:
        if (re2()) return refuse("look-around");
        return look_ahead(node);
      case Kind::kLookBehind:
        if (re2()) return refuse("look-around");
        return enclosed(node.negated ? "(?<!" : "(?<=", node.children.front());
      case Kind::kTextStart:
        out_ += "\\A";
        return;
      case Kind::kTextEnd:
        out_ += "\\z";
        return;
      case Kind::kWordBoundary:
        out_ += node.negated ? "\\B" : "\\b";
        return;
    }
  }

  /// In brackets where it would fall apart or run together with its neighbours.
  void item(const PatternNode& node) {
    if (node.kind == Kind::kChoice || node.kind == Kind::kSequence) return enclosed("(?:", node);
    this->node(node);
  }

  void enclosed(std::string_view head, const PatternNode& inside) {
    out_ += head;
    node(inside);
    out_ += ')';
  }

  void look_ahead(const PatternNode& node) {
    const PatternNode& inside = node.children.front();
    const std::string_view head = node.negated ? "(?!" : "(?=";
    if (!is_search_for_character(inside)) return enclosed(head, inside);
    // `(?=.*[A-Z])` as `(?=[^A-Z…]*[A-Z])`, which does not have to come back step by step.
    const CodePointSet wanted = set_of(inside.children[1]);
    const CodePointSet passed =
        set_of(inside.children[0].children.front()).complement().united(wanted).complement();
    out_ += head;
    character_class({.ranges = passed});
    out_ += '*';
    character_class({.ranges = wanted});
    out_ += ')';
  }

  bool is_search_for_character(const PatternNode& node) const {
    if (node.kind != Kind::kSequence || node.children.size() != 2) return false;
    const PatternNode& passed = node.children[0];
    return passed.kind == Kind::kRepeat && passed.min == 0 && passed.max == kUnbounded &&
           is_plain_set(passed.children.front()) && is_plain_set(node.children[1]);
  }

  bool is_plain_set(const PatternNode& node) const {
    if (node.kind == Kind::kClass) return tree_.classes[node.value].properties.empty();
    return node.kind == Kind::kCharacter;
  }

  CodePointSet set_of(const PatternNode& node) const {
    return node.kind == Kind::kCharacter ? CodePointSet::of(node.value)
                                         : tree_.classes[node.value].ranges;
  }

  void repeat(const PatternNode& node) {
    const PatternNode& child = node.children.front();
    const std::uint32_t most = node.max == kUnbounded ? node.min : node.max;
    if (most > (re2() ? 1000U : 65535U)) return refuse("a repeat of more than 65535");
    if (child.kind == Kind::kCharacter || child.kind == Kind::kClass ||
        child.kind == Kind::kGroup) {
      this->node(child);
    } else {
      enclosed("(?:", child);
    }
    if (node.max == kUnbounded) {
      out_ += node.min == 0 ? "*" : node.min == 1 ? "+" : fmt::format("{{{},}}", node.min);
    } else if (node.min == 0 && node.max == 1) {
      out_ += '?';
    } else {
      out_ += fmt::format("{{{},{}}}", node.min, node.max);
    }
    if (node.lazy) out_ += '?';
  }

  void code_point(char32_t c) {
    if (is_plain(c)) {
      out_ += static_cast<char>(c);
    } else {
      fmt::format_to(std::back_inserter(out_), "\\x{{{:X}}}", static_cast<std::uint32_t>(c));
    }
  }

  void character(char32_t c) {
    if (c >= 0xD800 && c <= 0xDFFF) {  // half a character: no UTF-8 holds it
      out_ += kNothing;
    } else {
      code_point(c);
    }
  }

  void character_class(const CharacterClass& set) {
    if (set.ranges.empty() && set.properties.empty()) {
      out_ += kNothing;
      return;
    }
    out_ += set.negated ? "[^" : "[";
    for (const CodePointRange& range : set.ranges.ranges()) {
      code_point(range.first);
      if (range.first == range.last) continue;
      out_ += '-';
      code_point(range.last);
    }
    for (const auto& property : set.properties) this->property(property);
    out_ += ']';
  }

  void property(const CharacterClass::Property& property) {
    using PropertyKind = UnicodeProperty::Kind;
    std::string_view name = property.property.name;
    std::string_view prefix;
    switch (property.property.kind) {
      case PropertyKind::kCategory:
        // RE2's `C` lacks the unassigned, and the other two are unknown to it.
        if (re2() && (name == "C" || name == "Cn" || name == "LC")) return refuse("a category");
        if (name == "LC") name = "L&";
        break;
      case PropertyKind::kScript:
        if (!re2()) prefix = "sc:";
        break;
      case PropertyKind::kScriptExtensions:
        if (re2()) return refuse("script extensions");
        prefix = "scx:";
        break;
      case PropertyKind::kBinary:
        if (re2()) return refuse("a property");
        break;
    }
    out_ += fmt::format("\\{}{{{}{}}}", property.negated ? 'P' : 'p', prefix, name);
  }

  const PatternTree& tree_;
  Syntax syntax_;
  std::string out_;
  std::string problem_;
};

}  // namespace

std::optional<std::string> to_re2_syntax(const PatternTree& tree) {
  Emitter emitter(tree, Emitter::Syntax::kRe2);
  if (!emitter.emit()) return std::nullopt;
  return emitter.take_text();
}

base::Result<std::string> to_pcre2_syntax(const PatternTree& tree) {
  Emitter emitter(tree, Emitter::Syntax::kPcre2);
  if (!emitter.emit()) return base::fail(emitter.problem() + " is not supported");
  return emitter.take_text();
}

}  // namespace barbacane::schema::detail
