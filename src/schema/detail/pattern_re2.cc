#include "schema/detail/pattern_re2.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include <re2/re2.h>

#include "schema/detail/pattern_emit.h"
#include "schema/detail/pattern_facts.h"

namespace barbacane::schema::detail {
namespace {

/// What the program and the states made while matching may take: little for most, so that many
/// patterns together cannot take much; more where a pattern needs it.
constexpr std::int64_t kMemory[] = {1 << 20, 8 << 20};

constexpr std::uint64_t kMaxBytes = 4;  // of a character

}  // namespace

std::unique_ptr<const Re2Pattern> Re2Pattern::compile(const PatternTree& tree) {
  const auto syntax = to_re2_syntax(tree);
  if (!syntax) return nullptr;
  for (const std::int64_t memory : kMemory) {
    re2::RE2::Options options;
    options.set_encoding(re2::RE2::Options::EncodingUTF8);
    options.set_log_errors(false);
    options.set_never_capture(true);
    options.set_max_mem(memory);
    auto engine = std::make_unique<const re2::RE2>(*syntax, options);
    if (engine->ok()) {
      return std::unique_ptr<const Re2Pattern>(new Re2Pattern(std::move(engine), tree));
    }
    if (engine->error_code() != re2::RE2::ErrorPatternTooLarge) break;
  }
  return nullptr;
}

Re2Pattern::Re2Pattern(std::unique_ptr<const re2::RE2> engine, const PatternTree& tree)
    : engine_(std::move(engine)),
      places_(places(tree)),
      reach_(kMaxBytes * (is_anchored(tree.root) ? longest_match(tree.root) : kUnbounded)) {}
Re2Pattern::~Re2Pattern() = default;

std::uint64_t Re2Pattern::looks(std::string_view text) const {
  return std::min<std::uint64_t>(text.size(), reach_) * places_ / 4;
}

Pattern::Outcome Re2Pattern::match(std::string_view text) const {
  if (looks(text) > kBudget / 4) return Pattern::Outcome::kLimit;
  const re2::StringPiece piece(text.data(), text.size());
  return engine_->Match(piece, 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0)
             ? Pattern::Outcome::kMatch
             : Pattern::Outcome::kNoMatch;
}

}  // namespace barbacane::schema::detail
