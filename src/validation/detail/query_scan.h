#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "validation/detail/parameter_check.h"
#include "validation/detail/parameter_rule.h"
#include "validation/detail/query_names.h"
#include "validation/detail/query_pairs.h"

/// Parameters that share one text of pairs: those of a query, those of a `cookie` field.
namespace barbacane::validation::detail {

class PairRules {
 public:
  explicit PairRules(PairCursor::Syntax syntax) : syntax_(syntax) {}

  std::vector<ParameterRule> rules;
  /// Whether a scan looks for names that belong to no rule.
  enum class UnknownNames : std::uint8_t { kIgnore, kNotice } unknown_names = UnknownNames::kIgnore;
  /// Makes a name known that is for something else than a parameter.
  void know(std::string_view name) { names_.add(name, {NameTable::Claim::Kind::kOther}); }
  /// After the last rule.
  void finish();

  /// What the text has for the rules from some number on, found in one pass.
  class Scan {
   public:
    static constexpr std::size_t kRoom = 32;  ///< rules in one pass

    Scan(const PairRules& rules, std::string_view text, std::size_t from, schema::Tape& room);

    /// For rule `from + index`.
    GivenText given(std::size_t index) const;
    /// Whether some name belongs to no rule at all, when that is to be noticed.
    bool unknown() const { return unknown_; }

   private:
    /// Without initial values: every request has room for all of them and uses few.
    struct Slot {
      const char* pair;
      const char* value;
      std::size_t value_size;
      std::uint32_t count;
    };
    void take(const NameTable::Entry& entry, const PairCursor& pair);

    const PairRules& rules_;
    std::string_view text_;
    std::size_t from_;
    std::size_t size_;
    NameMatcher matcher_;
    bool unknown_ = false;
    std::array<Slot, kRoom> slots_;
  };

  /// The members of an exploded object, whether or not they make one. Names go to `room`.
  struct Gathered {
    bool present = false;  ///< enough of them to say that the object is there
    bool empty = false;    ///< a deepObject's own name, without a value where that is allowed
    /// Why it cannot be one, if it is there.
    std::optional<Flaw::Kind> flaw = {};
    std::string_view about = {};  ///< a name as it stands in the text
  };
  Gathered gather(std::string_view text, std::size_t rule, MemberTexts& members,
                  schema::Tape& room) const;

  /// Whether the pairs of this name, not decoded, are for some parameter, or for something else
  /// that the spec knows.
  bool is_known(std::string_view name, schema::Tape& room, NameMatcher& matcher) const;

 private:
  using Entry = NameTable::Entry;
  using Name = std::optional<std::string_view>;

  Name decode_name(std::string_view raw, schema::Tape& room) const;
  /// The entry of a name as it stands in the text, which for cookies needs no decoding and for
  /// queries nearly never.
  const Entry* find_raw(std::string_view raw, schema::Tape& room) const;
  /// A name that is nobody's own, and begins with that of a deepObject.
  struct DeepName {
    std::uint32_t rule;
    std::string_view rest;  ///< `[R]`, not decoded; empty for the bare name
  };
  /// Of deepObjects whose names begin alike, the one with the longest.
  std::optional<DeepName> find_deep(std::string_view raw, schema::Tape& room) const;
  /// Whether an exploded object takes the member, which no rule declares.
  bool takes(const ParameterRule& rule, std::string_view name, NameMatcher& matcher) const;
  Gathered gather_plain(std::string_view text, std::size_t rule, MemberTexts& members,
                        schema::Tape& room) const;
  Gathered gather_deep(std::string_view text, std::size_t rule, MemberTexts& members,
                       schema::Tape& room) const;

  PairCursor::Syntax syntax_;
  NameTable names_;
  std::vector<std::uint32_t> deep_;  ///< rules of deepObjects
  std::vector<std::uint32_t> wide_;  ///< of exploded objects that take undeclared members
};

}  // namespace barbacane::validation::detail
