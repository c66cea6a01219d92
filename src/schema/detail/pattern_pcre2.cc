#include "schema/detail/pattern_pcre2.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/text.h"
#include "schema/detail/pattern_emit.h"
#include "schema/detail/pattern_facts.h"

namespace barbacane::schema::detail {
namespace {

using Outcome = Pattern::Outcome;

/// Steps a starting position gets at first, how much more each time they do not suffice, and the
/// most.
constexpr std::uint32_t kFirstSteps = 4;
constexpr std::uint32_t kFirstStepsAtStart = 64;  // there is one position only
constexpr std::uint32_t kMoreSteps = 8;
constexpr std::uint32_t kMostSteps = 100'000;
constexpr std::uint32_t kDepth = 50'000;
constexpr std::uint32_t kHeapKiB = 4 * 1024;
constexpr std::size_t kJitStackFirst = 32 * 1024;
constexpr std::size_t kJitStackMost = 512 * 1024;
constexpr std::uint32_t kNesting = 1000;

/// What a match needs besides the pattern; made once for a thread.
struct ThreadState {
  ThreadState()
      : data(pcre2_match_data_create(1, nullptr)),
        context(pcre2_match_context_create(nullptr)),
        stack(pcre2_jit_stack_create(kJitStackFirst, kJitStackMost, nullptr)) {
    if (context == nullptr) return;
    pcre2_set_depth_limit(context, kDepth);
    pcre2_set_heap_limit(context, kHeapKiB);
    if (stack != nullptr) pcre2_jit_stack_assign(context, nullptr, stack);
  }
  ~ThreadState() {
    pcre2_jit_stack_free(stack);
    pcre2_match_context_free(context);
    pcre2_match_data_free(data);
  }
  ThreadState(const ThreadState&) = delete;
  ThreadState& operator=(const ThreadState&) = delete;

  bool complete() const { return data != nullptr && context != nullptr; }

  pcre2_match_data* data;
  pcre2_match_context* context;
  pcre2_jit_stack* stack;
};

std::string message_of(int error) {
  PCRE2_UCHAR text[200];
  if (pcre2_get_error_message(error, text, sizeof(text)) < 0) return "not supported";
  return reinterpret_cast<const char*>(text);
}

std::size_t next_position(std::string_view text, std::size_t at) {
  do {
    ++at;
  } while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80);
  return at;
}

}  // namespace

struct Pcre2Pattern::Code {
  explicit Code(pcre2_code* compiled) : code(compiled) {}
  ~Code() { pcre2_code_free(code); }
  Code(const Code&) = delete;
  Code& operator=(const Code&) = delete;
  pcre2_code* code;
};

Pcre2Pattern::Pcre2Pattern(std::unique_ptr<const Code> code, std::uint32_t reach,
                           bool at_start_only)
    : code_(std::move(code)), reach_(reach), at_start_only_(at_start_only) {}
Pcre2Pattern::~Pcre2Pattern() = default;

base::Result<std::unique_ptr<const Pcre2Pattern>> Pcre2Pattern::compile(const PatternTree& tree) {
  const auto syntax = to_pcre2_syntax(tree);
  if (!syntax) return std::unexpected(syntax.error());
  const std::unique_ptr<pcre2_compile_context, decltype(&pcre2_compile_context_free)> context(
      pcre2_compile_context_create(nullptr), &pcre2_compile_context_free);
  if (!context) return base::fail("out of memory");
  pcre2_set_parens_nest_limit(context.get(), kNesting);
  constexpr std::uint32_t kOptions = PCRE2_UTF | PCRE2_ANCHORED | PCRE2_MATCH_UNSET_BACKREF |
                                     PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
  int error = 0;
  std::size_t offset = 0;
  pcre2_code* compiled = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(syntax->data()), syntax->size(),
                                       kOptions, &error, &offset, context.get());
  if (compiled == nullptr) return base::fail(message_of(error));
  auto code = std::make_unique<const Code>(compiled);
  // Without it the same is interpreted: slower, but no different.
  (void)pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE);
  return std::unique_ptr<const Pcre2Pattern>(
      new Pcre2Pattern(std::move(code), longest_match(tree.root), begins_at_text_start(tree.root)));
}

Pattern::Outcome Pcre2Pattern::match(std::string_view text) const {
  return measured_match(text).outcome;
}

Pcre2Pattern::Verdict Pcre2Pattern::measured_match(std::string_view text) const {
  static thread_local const ThreadState thread;
  if (!thread.complete()) return {Outcome::kLimit, 0};
  if (!base::is_utf8(text)) return {Outcome::kNoMatch, 0};
  const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.empty() ? "" : text.data());

  std::uint64_t looks = 0;
  for (std::size_t at = 0; at <= text.size(); at = next_position(text, at)) {
    // What a step from here may look at, and a little for the step itself.
    const std::uint64_t step =
        8 + std::min<std::uint64_t>(text.size() - at, std::uint64_t{reach_} * 4);
    std::uint32_t steps = at_start_only_ ? kFirstStepsAtStart : kFirstSteps;
    for (;;) {
      const std::uint64_t affordable = (kBudget - looks) / step;
      steps = static_cast<std::uint32_t>(std::min<std::uint64_t>(steps, affordable));
      if (steps == 0) return {Outcome::kLimit, looks};
      looks += steps * step;
      pcre2_set_match_limit(thread.context, steps);
      const int result = pcre2_match(code_->code, subject, text.size(), at, PCRE2_NO_UTF_CHECK,
                                     thread.data, thread.context);
      if (result >= 0) return {Outcome::kMatch, looks};
      if (result == PCRE2_ERROR_NOMATCH) break;
      if (result != PCRE2_ERROR_MATCHLIMIT || steps >= kMostSteps) return {Outcome::kLimit, looks};
      steps = std::min(steps * kMoreSteps, kMostSteps);
    }
    if (at_start_only_) break;
  }
  return {Outcome::kNoMatch, looks};
}

}  // namespace barbacane::schema::detail
