#include "schema/detail/sample_pattern.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/text.h"
#include "schema/detail/ecma_parser.h"

namespace barbacane::schema {

namespace {

using detail::CharacterClass;
using detail::PatternNode;
using detail::UnicodeProperty;

constexpr std::size_t kMaxSource = 4096;
constexpr std::size_t kMaxRepeat = 4096;
constexpr std::size_t kMaxText = 8192;

/// ASCII stands for each property.
std::string_view letters_of(const UnicodeProperty& property) {
  constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
  constexpr std::string_view kBoth = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  if (property.kind == UnicodeProperty::Kind::kBinary) {
    return property.name == "Uppercase" ? kUpper : property.name == "Lowercase" ? kLower : kBoth;
  }
  if (property.kind != UnicodeProperty::Kind::kCategory) return kBoth;
  if (property.name == "Lu") return kUpper;
  if (property.name == "Ll") return kLower;
  switch (property.name.front()) {
    case 'N':
      return "0123456789";
    case 'P':
      return "-./";
    case 'S':
      return "+$";
    case 'Z':
      return " ";
    default:
      return kBoth;
  }
}

bool has(const CharacterClass& set, char32_t c) {
  const auto is_meant = [&](const CharacterClass::Property& each) {
    const bool stands_for = c < 0x80 && letters_of(each.property).contains(static_cast<char>(c));
    return stands_for != each.negated;
  };
  const bool found = set.ranges.contains(c) || std::ranges::any_of(set.properties, is_meant);
  return found != set.negated;
}

/// The members worth using: those of the first kind of character, from the most readable on, that
/// the class has any of.
std::vector<char32_t> usable(const CharacterClass& set) {
  static constexpr std::array<std::string_view, 4> kKinds = {
      "abcdefghijklmnopqrstuvwxyz", "1234567890", "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
      "-_.~/:@ ,;+*#'()!?=&%$[]{}<>|^`\"\\\t\n"};
  std::vector<char32_t> found;
  for (std::string_view kind : kKinds) {
    for (char c : kind) {
      if (has(set, static_cast<unsigned char>(c))) found.push_back(static_cast<unsigned char>(c));
    }
    if (found.empty()) continue;
    // Of the last kind one is enough: `---`, not `-_.`, and a blank rather than a tab.
    if (kind == kKinds.back()) found.resize(1);
    return found;
  }
  constexpr char32_t kAccented = 0xE9;
  const auto offer = [&](char32_t c) {
    if (has(set, c)) found.push_back(c);
  };
  for (const detail::CodePointRange& range : set.ranges.ranges()) {
    if (range.last == detail::kLastCodePoint) {  // of `[^…]`: é is as good as any
      offer(std::max(range.first, kAccented));
    } else {
      offer(range.first);
      offer(range.last);
    }
  }
  if (found.empty()) offer(kAccented);
  return found;
}

class Writer {
 public:
  Writer(const std::vector<std::vector<char32_t>>& letters, PatternSampler::Choice choice)
      : letters_(letters), choice_(choice) {}

  bool write(const PatternNode& node) {
    if (out.size() > kMaxText || ++steps_ > kMaxSteps) return false;
    using Kind = PatternNode::Kind;
    switch (node.kind) {
      case Kind::kSequence:
        return std::ranges::all_of(node.children,
                                   [&](const PatternNode& child) { return write(child); });
      case Kind::kChoice:
        return write(node.children[choice_.variant % node.children.size()]);
      case Kind::kCharacter:
        class_position_ = 0;
        base::append_utf8(out, node.value);
        return true;
      case Kind::kClass: {
        const std::vector<char32_t>& letters = letters_[node.value];
        base::append_utf8(out, letters[(class_position_++ + choice_.variant) % letters.size()]);
        return true;
      }
      case Kind::kRepeat:
        return repeat(node);
      case Kind::kGroup: {
        const std::size_t begin = out.size();
        if (!write(node.children.front())) return false;
        captured_[node.value] = out.substr(begin);
        return true;
      }
      case Kind::kReference:
        out += captured_[node.value];
        return true;
      case Kind::kLookAhead:
      case Kind::kLookBehind:
      case Kind::kTextStart:
      case Kind::kTextEnd:
      case Kind::kWordBoundary:
        class_position_ = 0;
        return true;
    }
    return false;
  }

  std::string out;

 private:
  static constexpr std::size_t kMaxSteps = 20'000;

  bool repeat(const PatternNode& node) {
    const std::size_t count = std::min<std::size_t>(node.max, node.min + choice_.extra);
    if (count > kMaxRepeat) return false;
    for (std::size_t i = 0; i < count; ++i) {
      if (!write(node.children.front())) return false;
    }
    return true;
  }

  const std::vector<std::vector<char32_t>>& letters_;
  PatternSampler::Choice choice_;
  std::map<std::uint32_t, std::string> captured_;
  std::size_t class_position_ = 0;
  std::size_t steps_ = 0;
};

}  // namespace

std::optional<PatternSampler> PatternSampler::parse(std::string_view source) {
  if (source.size() > kMaxSource) return std::nullopt;
  auto tree = detail::parse_ecma_pattern(source);
  if (!tree) return std::nullopt;
  PatternSampler sampler;
  for (const CharacterClass& set : tree->classes) {
    sampler.letters_.push_back(usable(set));
    if (sampler.letters_.back().empty()) return std::nullopt;
  }
  sampler.tree_ = *std::move(tree);
  return sampler;
}

std::optional<std::string> PatternSampler::text(Choice choice) const {
  Writer writer(letters_, choice);
  if (!writer.write(tree_.root)) return std::nullopt;
  return std::move(writer.out);
}

}  // namespace barbacane::schema
