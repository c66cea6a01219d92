#include "schema/pattern.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "schema/detail/ecma_parser.h"
#include "schema/detail/pattern_pcre2.h"
#include "schema/detail/pattern_re2.h"
#include "schema/detail/pattern_steps.h"

namespace barbacane::schema {

/// Exactly one of the engines is there.
struct Pattern::Impl {
  std::string source;
  std::optional<detail::StepPattern> own;
  std::unique_ptr<const detail::Re2Pattern> re2;
  std::unique_ptr<const detail::Pcre2Pattern> pcre2;
};

Pattern::Pattern(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

base::Result<Pattern> Pattern::compile(std::string_view source) {
  const auto tree = detail::parse_ecma_pattern(source);
  if (!tree) return std::unexpected(tree.error());
  auto impl = std::make_unique<Impl>();
  impl->source = source;
  impl->own = detail::StepPattern::build(*tree);
  if (impl->own) return Pattern(std::move(impl));
  impl->re2 = detail::Re2Pattern::compile(*tree);
  if (!impl->re2) {
    auto compiled = detail::Pcre2Pattern::compile(*tree);
    if (!compiled) return std::unexpected(compiled.error());
    impl->pcre2 = std::move(*compiled);
  }
  return Pattern(std::move(impl));
}

Pattern::Outcome Pattern::match(std::string_view text) const {
  if (impl_->own) return impl_->own->match(text) ? Outcome::kMatch : Outcome::kNoMatch;
  if (impl_->re2) return impl_->re2->match(text);
  return impl_->pcre2->match(text);
}

Pattern::Measured Pattern::measured_match(std::string_view text) const {
  if (impl_->re2) return {impl_->re2->match(text), impl_->re2->looks(text)};
  if (!impl_->pcre2) return {match(text), text.size()};
  const auto verdict = impl_->pcre2->measured_match(text);
  return {verdict.outcome, verdict.looks};
}

Pattern::Engine Pattern::engine() const {
  return impl_->own ? Engine::kOwn : impl_->re2 ? Engine::kRe2 : Engine::kPcre2;
}

const std::string& Pattern::source() const { return impl_->source; }

bool is_pattern(std::string_view source) { return detail::parse_ecma_pattern(source).has_value(); }

}  // namespace barbacane::schema
