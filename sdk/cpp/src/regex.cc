// The machine: all ways through the program at once, one code point after the other. A list of
// threads in order of preference; each instruction is in it at most once, so a step costs no more
// than the program is long.

#include "barbacane/regex.h"

#include <algorithm>

#include "barbacane/text.h"
#include "regex_program.h"

namespace barbacane::plugin {
namespace {

using detail::Instruction;
using detail::RegexProgram;

constexpr std::int32_t kNone = -1;
constexpr std::uint32_t kEnd = 0xFFFFFFFF;

bool is_word(std::uint32_t code) {
  return code < 0x80 &&
         (is_alpha(static_cast<char>(code)) || is_digit(static_cast<char>(code)) || code == '_');
}

/// Instructions that wait for a code point, each with its slots.
class Threads {
 public:
  Threads(std::size_t size, std::size_t slots) : slots_(slots), place_(size), list_(size) {
    saved_.resize(size * slots);
  }
  void clear() { count_ = 0; }
  std::size_t size() const { return count_; }
  std::uint32_t operator[](std::size_t i) const { return list_[i]; }
  std::int32_t* saved(std::size_t i) { return &saved_[i * slots_]; }
  bool contains(std::uint32_t at) const { return place_[at] < count_ && list_[place_[at]] == at; }
  std::int32_t* add(std::uint32_t at) {
    place_[at] = static_cast<std::uint32_t>(count_);
    list_[count_] = at;
    return saved(count_++);
  }

 private:
  std::size_t slots_;
  std::size_t count_ = 0;
  std::vector<std::uint32_t> place_;
  std::vector<std::uint32_t> list_;
  std::vector<std::int32_t> saved_;
};

class Machine {
 public:
  explicit Machine(const RegexProgram& program)
      : program_(program),
        now_(program.code.size(), program.slots()),
        next_(program.code.size(), program.slots()),
        slots_(program.slots(), kNone) {}

  bool search(std::string_view text, std::size_t from, Regex::Match& match) {
    bool matched = false;
    now_.clear();
    next_.clear();
    std::uint32_t before = before_position(text, from);
    for (std::size_t at = from;;) {
      const auto [code, length] = at < text.size() ? detail::first_code_point(text.substr(at))
                                                   : std::pair<std::uint32_t, std::size_t>{kEnd, 0};
      if (!matched && (!program_.anchored || at == 0)) {
        std::fill(slots_.begin(), slots_.end(), kNone);
        follow(now_, 0, {at, before, code, text.size()});
      }
      if (now_.size() == 0 && (matched || program_.anchored)) break;
      const std::uint32_t after = at + length < text.size()
                                      ? detail::first_code_point(text.substr(at + length)).first
                                      : kEnd;
      for (std::size_t i = 0; i < now_.size(); ++i) {
        const Instruction& instruction = program_.code[now_[i]];
        if (instruction.kind == Instruction::Kind::kMatch) {
          match.assign(now_.saved(i), now_.saved(i) + slots_.size());
          matched = true;
          break;  // the others are less preferred
        }
        if (code == kEnd || !takes(instruction, code)) continue;
        slots_.assign(now_.saved(i), now_.saved(i) + slots_.size());
        follow(next_, now_[i] + 1, {at + length, code, after, text.size()});
      }
      if (code == kEnd) break;
      std::swap(now_, next_);
      next_.clear();
      before = code;
      at += length;
    }
    return matched;
  }

 private:
  struct Position {
    std::size_t at;
    std::uint32_t before, after;
    std::size_t end;
  };
  /// A way to go on with, or a slot to put back before the next way.
  struct Pending {
    std::uint32_t at;
    std::int32_t slot;
    std::int32_t old;
  };

  /// The code point that ends at `at`; only its being a word character or a line feed matters.
  static std::uint32_t before_position(std::string_view text, std::size_t at) {
    return at == 0 ? kEnd : static_cast<unsigned char>(text[at - 1]);
  }

  bool takes(const Instruction& instruction, std::uint32_t code) const {
    if (instruction.kind == Instruction::Kind::kRange) {
      return code >= instruction.a && code <= instruction.b;
    }
    if (instruction.kind != Instruction::Kind::kClass) return false;
    const auto& ranges = program_.classes[instruction.a];
    const auto behind = std::upper_bound(
        ranges.begin(), ranges.end(), code,
        [](std::uint32_t wanted, const detail::Range& range) { return wanted < range.low; });
    return behind != ranges.begin() && code <= std::prev(behind)->high;
  }

  static bool holds(Instruction::Kind kind, const Position& position) {
    const auto word = [](std::uint32_t code) { return code != kEnd && is_word(code); };
    switch (kind) {
      case Instruction::Kind::kTextBegin:
        return position.at == 0;
      case Instruction::Kind::kTextEnd:
        return position.at == position.end;
      case Instruction::Kind::kLineBegin:
        return position.at == 0 || position.before == '\n';
      case Instruction::Kind::kLineEnd:
        return position.at == position.end || position.after == '\n';
      case Instruction::Kind::kWordBorder:
        return word(position.before) != word(position.after);
      default:
        return word(position.before) == word(position.after);
    }
  }

  /// Adds what is reachable from `start` without taking a code point.
  void follow(Threads& threads, std::uint32_t start, const Position& position) {
    pending_.push_back({start, kNone, kNone});
    while (!pending_.empty()) {
      const Pending pending = pending_.back();
      pending_.pop_back();
      if (pending.slot != kNone) {
        slots_[static_cast<std::size_t>(pending.slot)] = pending.old;
        continue;
      }
      if (threads.contains(pending.at)) continue;
      std::int32_t* saved = threads.add(pending.at);
      const Instruction& instruction = program_.code[pending.at];
      switch (instruction.kind) {
        case Instruction::Kind::kSplit:
          pending_.push_back({instruction.b, kNone, kNone});
          pending_.push_back({instruction.a, kNone, kNone});
          break;
        case Instruction::Kind::kJump:
          pending_.push_back({instruction.a, kNone, kNone});
          break;
        case Instruction::Kind::kSave: {
          std::int32_t& slot = slots_[instruction.a];
          pending_.push_back({0, static_cast<std::int32_t>(instruction.a), slot});
          slot = static_cast<std::int32_t>(position.at);
          pending_.push_back({pending.at + 1, kNone, kNone});
          break;
        }
        case Instruction::Kind::kRange:
        case Instruction::Kind::kClass:
        case Instruction::Kind::kMatch:
          std::copy(slots_.begin(), slots_.end(), saved);
          break;
        default:
          if (holds(instruction.kind, position)) {
            pending_.push_back({pending.at + 1, kNone, kNone});
          }
      }
    }
  }

  const RegexProgram& program_;
  Threads now_, next_;
  std::vector<std::int32_t> slots_;
  std::vector<Pending> pending_;
};

}  // namespace

std::optional<Regex> Regex::compile(std::string_view pattern, std::string& error) {
  auto program = std::make_shared<RegexProgram>();
  error.clear();
  if (!detail::compile_regex(pattern, *program, error)) return std::nullopt;
  Regex regex;
  regex.program_ = std::move(program);
  return regex;
}

bool Regex::search(std::string_view text, Match& match, std::size_t from) const {
  return Machine(*program_).search(text, from, match);
}

std::size_t Regex::group_count() const { return program_->groups; }

std::optional<std::size_t> Regex::group_of(std::string_view name) const {
  for (const auto& [known, number] : program_->names) {
    if (known == name) return number;
  }
  return std::nullopt;
}

std::optional<Replacement> Replacement::parse(std::string_view text, const Regex& regex,
                                              std::string& error) {
  Replacement replacement;
  std::string literal;
  const auto group = [&](std::string_view name) {
    auto number = parse_integer<std::uint32_t>(name);
    std::optional<std::size_t> found =
        number ? std::optional<std::size_t>(*number) : regex.group_of(name);
    if (!found || *found > regex.group_count()) {
      error = concat("the pattern has no group '", name, "'");
      return false;
    }
    if (!literal.empty()) replacement.pieces_.push_back({std::move(literal), kNone});
    literal.clear();
    replacement.pieces_.push_back({{}, static_cast<std::int32_t>(*found)});
    return true;
  };
  while (!text.empty()) {
    const std::size_t dollar = text.find('$');
    literal.append(text.substr(0, dollar));
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar + 1);
    if (text.starts_with('$')) {
      literal.push_back('$');
      text.remove_prefix(1);
      continue;
    }
    std::size_t digits = 0;
    while (digits < text.size() && is_digit(text[digits])) ++digits;
    if (digits > 0) {
      if (!group(text.substr(0, digits))) return std::nullopt;
      text.remove_prefix(digits);
      continue;
    }
    const std::size_t close = text.starts_with('{') ? text.find('}') : std::string_view::npos;
    if (close == std::string_view::npos) {
      literal.push_back('$');
      continue;
    }
    if (!group(text.substr(1, close - 1))) return std::nullopt;
    text.remove_prefix(close + 1);
  }
  if (!literal.empty()) replacement.pieces_.push_back({std::move(literal), kNone});
  return replacement;
}

std::string Replacement::replace_all(const Regex& regex, std::string_view text) const {
  std::string out;
  Regex::Match match;
  std::size_t copied = 0;
  std::size_t from = 0;
  bool after_match = false;  // an empty match right behind another is none
  while (from <= text.size() && regex.search(text, match, from)) {
    const auto begin = static_cast<std::size_t>(match[0]);
    const auto end = static_cast<std::size_t>(match[1]);
    if (!(begin == end && after_match && begin == copied)) {
      out.append(text.substr(copied, begin - copied));
      for (const Piece& piece : pieces_) {
        if (piece.group < 0) {
          out.append(piece.text);
          continue;
        }
        const auto slot = static_cast<std::size_t>(2 * piece.group);
        if (match[slot] < 0 || match[slot + 1] < 0) continue;
        const auto first = static_cast<std::size_t>(match[slot]);
        out.append(text.substr(first, static_cast<std::size_t>(match[slot + 1]) - first));
      }
      copied = end;
      after_match = true;
    }
    from = end;
    if (begin == end) {
      if (end >= text.size()) break;
      from += detail::first_code_point(text.substr(end)).second;
    }
  }
  out.append(text.substr(copied));
  return out;
}

}  // namespace barbacane::plugin
