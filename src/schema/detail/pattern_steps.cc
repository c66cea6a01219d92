#include "schema/detail/pattern_steps.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "schema/detail/utf8.h"

namespace barbacane::schema::detail {
namespace {

using Op = PatternStep::Op;

bool in_ascii(const PatternStep& step, char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (step.ascii[byte >> 6] >> (byte & 63) & 1) != 0;
}

bool is_ascii(char c) { return static_cast<signed char>(c) >= 0; }

/// Length of the character at `at` if it is beyond ASCII and in the set, else 0.
std::size_t wide_length(const CodePointSet& set, const char* at, const char* end) {
  const auto [c, length] = first_character({at, static_cast<std::size_t>(end - at)});
  return length >= 2 && set.contains(c) ? length : 0;
}

}  // namespace

bool StepPattern::take_one(const PatternStep& step, const char*& at, const char* end) const {
  if (at == end) return false;
  if (in_ascii(step, *at)) {
    ++at;
    return true;
  }
  if (step.wide == 0 || is_ascii(*at)) return false;
  const std::size_t length = wide_length(wide_[step.wide], at, end);
  at += length;
  return length > 0;
}

const char* StepPattern::take_run(const PatternStep& step, const char* at, const char* end) const {
  const char* const start = at;
  const char* const stop = static_cast<std::size_t>(end - at) > step.max ? at + step.max : end;
  while (at != stop && in_ascii(step, *at)) ++at;
  const auto count = static_cast<std::uint32_t>(at - start);
  if (at != stop && step.wide != 0 && !is_ascii(*at)) return take_wide_run(step, at, end, count);
  return count >= step.min ? at : nullptr;
}

const char* StepPattern::take_wide_run(const PatternStep& step, const char* at, const char* end,
                                       std::uint32_t count) const {
  for (; count < step.max && at != end; ++count) {
    if (in_ascii(step, *at)) {
      ++at;
      continue;
    }
    const std::size_t length = is_ascii(*at) ? 0 : wide_length(wide_[step.wide], at, end);
    if (length == 0) break;
    at += length;
  }
  return count >= step.min ? at : nullptr;
}

bool StepPattern::run(const char* at, const char* end) const {
  for (const PatternStep* step = steps_.data();; ++step) {
    switch (step->op) {
      case Op::kOne:
        if (!take_one(*step, at, end)) return false;
        break;
      case Op::kRun:
        at = take_run(*step, at, end);
        if (at == nullptr) return false;
        break;
      case Op::kLiteral: {
        const std::string& literal = literals_[step->target];
        if (static_cast<std::size_t>(end - at) < literal.size()) return false;
        if (std::memcmp(at, literal.data(), literal.size()) != 0) return false;
        at += literal.size();
        break;
      }
      case Op::kIf: {
        const char* ahead = at;
        if (!take_one(*step, ahead, end)) step = steps_.data() + step->target - 1;
        break;
      }
      case Op::kJump:
        step = steps_.data() + step->target - 1;
        break;
      case Op::kEnd:
        return at == end;
      case Op::kMatch:
        return true;
    }
  }
}

bool StepPattern::match(std::string_view text) const {
  const char* at = text.empty() ? "" : text.data();
  const char* const end = at + text.size();
  if (at_start_only_) return run(at, end);
  for (;; ++at) {
    if (start_.op != Op::kMatch) {
      const char* ahead = at;
      while (!take_one(start_, ahead, end)) {
        if (at == end) return false;
        ahead = ++at;
      }
    }
    if (run(at, end)) return true;
    if (at == end) return false;
  }
}

}  // namespace barbacane::schema::detail
