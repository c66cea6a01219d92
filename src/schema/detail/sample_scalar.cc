#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <span>

#include "base/text.h"
#include "schema/detail/sample_rules.h"
#include "schema/number.h"

namespace barbacane::schema {

namespace {

constexpr std::size_t kMaxLength = 4096;
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz";

std::string numbered(std::string_view word, std::size_t ordinal) {
  return ordinal == 0 ? std::string(word) : std::string(word) + std::to_string(ordinal + 1);
}

std::string printed(const char* form, std::size_t ordinal) {
  char text[80];
  std::snprintf(text, sizeof text, form, static_cast<unsigned>(ordinal % 1'000'000));
  return text;
}

/// The `ordinal`th day from 17 May 2024 on, in months of 28 days.
std::string day(std::size_t ordinal) {
  const auto days = static_cast<unsigned>((ordinal + 16) % (28 * 12 * 1000));
  char text[40];
  std::snprintf(text, sizeof text, "%04u-%02u-%02u", 2024 + days / 336, (days / 28 + 4) % 12 + 1,
                days % 28 + 1);
  return text;
}

/// Texts of a format, the usual one first, then a short one.
std::vector<std::string> of_format(Format format, std::size_t n) {
  switch (format) {
    case Format::kDateTime:
      return {day(n) + "T09:30:00Z"};
    case Format::kDate:
      return {day(n)};
    case Format::kTime:
      return {printed("09:%02u:00Z", n % 60)};
    case Format::kDuration:
      return {printed("P%uD", n + 1)};
    case Format::kEmail:
    case Format::kIdnEmail:
      return {numbered("ada", n) + "@example.com", numbered("a", n) + "@b.co"};
    case Format::kHostname:
    case Format::kIdnHostname:
      return {numbered("api", n) + ".example.com", numbered("a", n)};
    case Format::kIpv4:
      return {printed("192.0.2.%u", n % 254 + 1)};
    case Format::kIpv6:
      return {printed("2001:db8::%x", n + 1), printed("::%x", n + 1)};
    case Format::kUri:
    case Format::kIri:
      return {"https://example.com/" + (n == 0 ? std::string() : std::to_string(n + 1)),
              numbered("a:b", n)};
    case Format::kUriReference:
    case Format::kIriReference:
      return {numbered("/example", n), numbered("/", n)};
    case Format::kUriTemplate:
      return {numbered("/example/{id}", n)};
    case Format::kUuid:
      return {printed("3fa85f64-5717-4562-b3fc-2c963f%06x", n + 0x6AFA6)};
    case Format::kJsonPointer:
      return {numbered("/example", n), numbered("/", n)};
    case Format::kRelativeJsonPointer:
      return {std::to_string(n)};
    case Format::kRegex:
      return {numbered("^[a-z]+$", n)};
    case Format::kInt32:
    case Format::kInt64:
      break;
  }
  return {};
}

/// The same, made longer where the format has room.
void stretch(std::string& text, Format format, std::size_t wanted) {
  if (text.size() >= wanted || wanted > kMaxLength) return;
  const std::string more(wanted - text.size(), 'a');
  switch (format) {
    case Format::kUri:
    case Format::kIri:
    case Format::kUriReference:
    case Format::kIriReference:
    case Format::kUriTemplate:
    case Format::kJsonPointer:
      text += more;
      break;
    case Format::kHostname:
    case Format::kIdnHostname:
    case Format::kEmail:
    case Format::kIdnEmail:
      text.insert(0, more);
      break;
    default:
      break;
  }
}

std::optional<std::string> by_format(const ScalarRules& rules, std::size_t ordinal) {
  for (Format format : rules.formats) {
    for (std::string& text : of_format(format, ordinal)) {
      stretch(text, format, rules.least_length);
      if (rules.allows_string(text)) return std::move(text);
    }
  }
  return std::nullopt;
}

/// The first text for one of `extras` that keeps the rules; without an anchor at its end it may go
/// on, with `padding`, to the length that is wanted.
std::optional<std::string> first_fitting(const ScalarRules& rules, const PatternSampler& sampler,
                                         std::span<const std::size_t> extras, std::size_t variant,
                                         std::string_view padding) {
  for (std::size_t extra : extras) {
    auto text = sampler.text({extra, variant});
    if (!text) continue;
    while (!padding.empty() && text->size() < rules.least_length) *text += padding;
    if (rules.allows_string(*text)) return text;
  }
  return std::nullopt;
}

std::optional<std::string> by_pattern(const ScalarRules& rules, std::size_t ordinal) {
  std::vector<std::size_t> extras = {3, 5, 2, 1, 0, 7, 9, 11, 15, 19, 23, 31, 35, 39, 63};
  if (rules.least_length > kMaxLength) return std::nullopt;
  // Lengths that must be met exactly.
  for (std::size_t below = 0; below < 8 && below <= rules.least_length; ++below) {
    extras.push_back(rules.least_length - below);
  }
  for (std::string_view padding : {"", "a"}) {
    for (const PatternCache::Entry* entry : rules.patterns) {
      if (!entry->sampler || !entry->pattern) continue;
      for (std::size_t variant = ordinal; variant < ordinal + 4; ++variant) {
        if (auto text = first_fitting(rules, *entry->sampler, extras, variant, padding)) {
          return text;
        }
      }
    }
  }
  return std::nullopt;
}

std::optional<std::string> by_length(const ScalarRules& rules, std::size_t ordinal) {
  if (rules.least_length > kMaxLength) return std::nullopt;
  std::string text = numbered("string", ordinal);
  if (text.size() > rules.most_length) text = std::string(1, kLetters[ordinal % 26]);
  if (text.size() > rules.most_length) text.clear();
  for (std::size_t i = 0; text.size() < rules.least_length; ++i) text += kLetters[i % 26];
  if (rules.allows_string(text)) return text;
  // Patterns that look ahead for this and that kind of character, as rules for passwords do.
  for (std::size_t wanted : {4, 8, 12, 16, 24, 32}) {
    text = "aB3-" + (ordinal == 0 ? std::string() : std::to_string(ordinal));
    while (text.size() < std::max<std::size_t>(wanted, rules.least_length)) text += "xY7_";
    if (text.size() > rules.most_length) text.resize(rules.most_length);
    if (rules.allows_string(text)) return text;
  }
  return std::nullopt;
}

std::string literal_of(double value) {
  if (std::nearbyint(value) == value && std::abs(value) < 1e15) {
    return std::to_string(static_cast<long long>(value));
  }
  char text[40];
  std::snprintf(text, sizeof text, "%.15g", value);
  return text;
}

double number_of(Value value) {
  double number = 0;
  const std::string_view text = value.text();
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::optional<std::string> sample_string(const ScalarRules& rules, std::size_t ordinal) {
  if (auto text = by_format(rules, ordinal)) return text;
  if (auto text = by_pattern(rules, ordinal)) return text;
  return by_length(rules, ordinal);
}

std::optional<std::string> sample_number(const ScalarRules& rules, std::size_t ordinal) {
  const auto n = static_cast<double>(ordinal);
  if (std::string usual = literal_of(n + 1); rules.allows_number(usual)) return usual;
  std::vector<std::string> candidates;
  std::vector<double> starts = {0};
  std::vector<double> steps;
  for (const ScalarRules::Bound& bound : rules.bounds) {
    candidates.emplace_back(bound.value.text());
    const double limit = number_of(bound.value);
    if (bound.kind == ScalarRules::Bound::Kind::kMultiple) {
      steps.push_back(limit);
    } else {
      starts.push_back(limit);
    }
  }
  for (double start : starts) {
    for (double step : {1.0, 0.5, 0.1, 0.01, 0.0001}) {
      for (double k : {n, n + 1, -n, -n - 1}) candidates.push_back(literal_of(start + k * step));
    }
    for (double step : steps) {
      if (!(step > 0)) continue;
      for (double k : {0.0, 1.0, -1.0}) {
        candidates.push_back(literal_of((std::ceil(start / step) + n + k) * step));
        candidates.push_back(literal_of((std::floor(start / step) - n + k) * step));
      }
    }
  }
  for (double one : starts) {
    for (double other : starts) candidates.push_back(literal_of((one + other) / 2));
  }
  candidates.push_back(literal_of(n));
  for (std::string& candidate : candidates) {
    if (is_number_literal(candidate) && rules.allows_number(candidate)) return std::move(candidate);
  }
  return std::nullopt;
}

}  // namespace barbacane::schema
