#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/detail/sample_pattern.h"
#include "schema/format.h"
#include "schema/json.h"
#include "schema/pattern.h"
#include "schema/program.h"

/// What several schemas together ask of one value, as far as strings, numbers and constants go.
namespace barbacane::schema {

/// Patterns compiled once, however many schemas use them.
class PatternCache {
 public:
  struct Entry {
    std::optional<Pattern> pattern;
    std::optional<PatternSampler> sampler;
    bool matches(std::string_view text) const {
      return pattern && pattern->match(text) == Pattern::Outcome::kMatch;
    }
  };
  const Entry& get(std::string_view source);

 private:
  std::map<std::string, Entry, std::less<>> entries_;
};

struct ScalarRules {
  /// Reads the keywords of all `schemas`; `patterns` outlives the rules.
  ScalarRules(const std::vector<Value>& schemas, PatternCache& patterns);

  TypeSet types;
  /// The types as an author listed them first; empty when nobody did.
  std::vector<std::uint8_t> order;
  bool numeric = false, textual = false;  ///< keywords that only concern those are there
  std::vector<Value> constants;
  std::vector<Value> enums;  ///< each an array
  std::vector<Format> formats;
  std::vector<const PatternCache::Entry*> patterns;
  std::uint64_t least_length = 0;
  std::uint64_t most_length = UINT64_MAX;
  struct Bound {
    Value value;
    enum class Kind : std::uint8_t { kLeast, kMore, kMost, kLess, kMultiple } kind;
  };
  std::vector<Bound> bounds;

  /// Whether a string or number keeps every rule; other kinds are held against type and constants.
  bool allow(Value value) const;
  bool allows_string(std::string_view text) const;
  bool allows_number(std::string_view literal) const;

 private:
  void read(Value schema, PatternCache& cache);
  void read_types(Value type);
  void read_bound(Value schema, std::string_view keyword, Bound::Kind kind);
  bool is_chosen(Value value) const;
};

/// The bits of a value of `type`; all for anything that is none.
TypeSet types_named(Value type);
/// A number given as keyword value, as far as it fits.
std::uint64_t count_of(Value number);

/// A string that keeps the rules, `ordinal` telling those of one array apart.
std::optional<std::string> sample_string(const ScalarRules& rules, std::size_t ordinal);
/// A number literal that does.
std::optional<std::string> sample_number(const ScalarRules& rules, std::size_t ordinal);

}  // namespace barbacane::schema
