#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Semantic versions (semver 2.0.0) and the constraints a plugin reference may carry after its `@`
/// (compiler contract, section 3): `1.2.3` exactly, or comparators `^ ~ > >= < <= =` joined with
/// commas. Parts left out stand for any: `^1`, `~1.2`.
namespace barbacane::compiler {

struct Version {
  std::uint64_t major = 0, minor = 0, patch = 0;
  std::vector<std::string> prerelease;

  static std::optional<Version> parse(std::string_view text);
  /// Precedence; build metadata does not take part.
  std::strong_ordering operator<=>(const Version& other) const;
  bool operator==(const Version& other) const { return (*this <=> other) == 0; }
};

class VersionConstraint {
 public:
  static std::optional<VersionConstraint> parse(std::string_view text);
  /// A pre-release only satisfies a comparator that names a pre-release of the same version.
  bool admits(const Version& version) const;

 private:
  /// Half-open: `low` up to, without, `high`.
  struct Range {
    std::optional<Version> low, high;
    bool low_exclusive = false;
    bool high_inclusive = false;
    bool names_prerelease = false;
    Version named;
  };
  static std::optional<Range> parse_comparator(std::string_view text);
  std::vector<Range> ranges_;
};

}  // namespace barbacane::compiler
