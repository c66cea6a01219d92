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
    bool unknown_ = false;
    std::array<Slot, kRoom> slots_;
  };

  /// The members of an exploded object, whether or not they make one. Names go to `room`.
  struct Gathered {
    bool utf8 = true;
    bool present = false;  ///< enough of them to say that the object is there
  };
  Gathered gather(std::string_view text, std::size_t rule, MemberTexts& members,
                  schema::Tape& room) const;

  /// Whether some parameter wants the pairs of this name, not decoded.
  bool is_known(std::string_view name, schema::Tape& room) const;

 private:
  using Entry = NameTable::Entry;
  using Name = std::optional<std::string_view>;

  Name decode_name(std::string_view raw, schema::Tape& room) const;
  /// The entry of a name as it stands in the text, which for cookies needs no decoding and for
  /// queries nearly never.
  const Entry* find_raw(std::string_view raw, schema::Tape& room) const;
  /// The entry a decoded name belongs to as `id[R]`; `member` is then `R`.
  const Entry* find_deep(std::string_view name, std::string_view& member) const;

  PairCursor::Syntax syntax_;
  NameTable names_;
  bool has_deep_ = false;
  bool takes_all_ = false;  ///< an exploded object takes members it does not declare
};

}  // namespace barbacane::validation::detail
