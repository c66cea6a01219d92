#include "compiler/detail/version.h"

#include <algorithm>
#include <charconv>

namespace barbacane::compiler {

namespace {

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  if (!is_digits(text) || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  // Leaves room for the next version up.
  if (result.ec != std::errc{} || value == UINT64_MAX) return std::nullopt;
  return value;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// A version whose last parts may be missing.
struct Partial {
  Version version;
  std::size_t parts = 0;
};

std::optional<Partial> parse_partial(std::string_view text) {
  Partial result;
  constexpr std::string_view kWord =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-.";
  if (const std::size_t plus = text.find('+'); plus != std::string_view::npos) {
    const std::string_view build = text.substr(plus + 1);
    if (build.empty() || build.find_first_not_of(kWord) != std::string_view::npos) return {};
    text = text.substr(0, plus);
  }
  const std::size_t dash = text.find('-');
  std::uint64_t* const fields[] = {&result.version.major, &result.version.minor,
                                   &result.version.patch};
  for (std::string_view part : split(text.substr(0, dash), '.')) {
    const auto value = number(part);
    if (!value || result.parts == 3) return std::nullopt;
    *fields[result.parts++] = *value;
  }
  if (dash == std::string_view::npos) return result;
  if (result.parts < 3) return std::nullopt;
  for (std::string_view part : split(text.substr(dash + 1), '.')) {
    if (part.empty() || part.find_first_not_of(kWord) != std::string_view::npos) return {};
    if (is_digits(part) && !number(part)) return std::nullopt;
    result.version.prerelease.emplace_back(part);
  }
  return result;
}

std::strong_ordering compare_identifiers(const std::string& a, const std::string& b) {
  if (is_digits(a) && is_digits(b)) {
    if (a.size() != b.size()) return a.size() <=> b.size();
    return a <=> b;
  }
  if (is_digits(a) != is_digits(b)) {
    return is_digits(a) ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  return a <=> b;
}

/// The first version after all that share the first `parts` parts.
Version next(const Version& version, std::size_t parts) {
  if (parts <= 1) return {version.major + 1, 0, 0, {}};
  if (parts == 2) return {version.major, version.minor + 1, 0, {}};
  return {version.major, version.minor, version.patch + 1, {}};
}

/// How many parts `^` keeps: up to the first that is not zero.
std::size_t caret_parts(const Partial& partial) {
  if (partial.version.major > 0 || partial.parts == 1) return 1;
  if (partial.version.minor > 0 || partial.parts == 2) return 2;
  return 3;
}

}  // namespace

std::optional<Version> Version::parse(std::string_view text) {
  const auto partial = parse_partial(text);
  if (!partial || partial->parts != 3) return std::nullopt;
  return partial->version;
}

std::strong_ordering Version::operator<=>(const Version& other) const {
  if (const auto order = major <=> other.major; order != 0) return order;
  if (const auto order = minor <=> other.minor; order != 0) return order;
  if (const auto order = patch <=> other.patch; order != 0) return order;
  if (prerelease.empty() != other.prerelease.empty()) {
    return prerelease.empty() ? std::strong_ordering::greater : std::strong_ordering::less;
  }
  const std::size_t shared = std::min(prerelease.size(), other.prerelease.size());
  for (std::size_t i = 0; i < shared; ++i) {
    const auto order = compare_identifiers(prerelease[i], other.prerelease[i]);
    if (order != 0) return order;
  }
  return prerelease.size() <=> other.prerelease.size();
}

std::optional<VersionConstraint::Range> VersionConstraint::parse_comparator(std::string_view text) {
  const auto trim = [&] {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
  };
  trim();
  std::string_view sign;
  for (std::string_view candidate : {"<=", ">=", "^", "~", "<", ">", "="}) {
    if (!text.starts_with(candidate)) continue;
    sign = candidate;
    text.remove_prefix(candidate.size());
    trim();
    break;
  }
  const auto partial = parse_partial(text);
  if (!partial) return std::nullopt;
  const Version& version = partial->version;
  const bool full = partial->parts == 3;
  Range range;
  range.named = version;
  range.names_prerelease = !version.prerelease.empty();
  if (sign == "^") {
    range.low = version;
    range.high = next(version, caret_parts(*partial));
  } else if (sign == "~") {
    range.low = version;
    range.high = next(version, std::min<std::size_t>(partial->parts, 2));
  } else if (sign == ">") {
    range.low = full ? version : next(version, partial->parts);
    range.low_exclusive = full;
  } else if (sign == ">=") {
    range.low = version;
  } else if (sign == "<") {
    range.high = version;
  } else if (sign == "<=") {
    range.high = full ? version : next(version, partial->parts);
    range.high_inclusive = full;
  } else {
    range.low = version;
    range.high = full ? version : next(version, partial->parts);
    range.high_inclusive = full;
  }
  return range;
}

std::optional<VersionConstraint> VersionConstraint::parse(std::string_view text) {
  VersionConstraint constraint;
  for (std::string_view part : split(text, ',')) {
    auto range = parse_comparator(part);
    if (!range) return std::nullopt;
    constraint.ranges_.push_back(std::move(*range));
  }
  return constraint;
}

bool VersionConstraint::admits(const Version& version) const {
  bool prerelease_named = version.prerelease.empty();
  for (const Range& range : ranges_) {
    if (range.low && (version < *range.low || (range.low_exclusive && version == *range.low))) {
      return false;
    }
    if (range.high &&
        (version > *range.high || (!range.high_inclusive && version == *range.high))) {
      return false;
    }
    prerelease_named |= range.names_prerelease && range.named.major == version.major &&
                        range.named.minor == version.minor && range.named.patch == version.patch;
  }
  return prerelease_named;
}

}  // namespace barbacane::compiler
