#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "schema/json.h"
#include "validation/detail/coerce_plan.h"
#include "validation/detail/parameter_judge.h"
#include "validation/detail/query_decode.h"

/// Members of an object as they stood in a request, and the object made of them.
namespace barbacane::validation::detail {

struct MemberText {
  std::string_view name;   ///< decoded
  std::string_view value;  ///< raw
  std::uint32_t order = 0;
};

/// Grows in the text room of a tape, so that gathering members allocates nothing of its own.
class MemberTexts {
 public:
  explicit MemberTexts(schema::Tape& room) : room_(room) {}

  void add(std::string_view name, std::string_view value);
  std::span<MemberText> all() const { return {data_, size_}; }

 private:
  void grow();

  schema::Tape& room_;
  MemberText* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// What a name given twice means.
enum class Repeats : std::uint8_t {
  kRefuse,  ///< a mistake
  /// An array where the member's schema allows one, else a mistake; of names nothing is known about
  /// the first one counts.
  kList,
};

/// Builds the object on `tape`, members sorted by name. False when it was refused.
bool build_object(schema::Tape& tape, std::span<MemberText> members, const ValuePlan& plan,
                  Repeats repeats, Decoding decoding, schema::Tape& room, Judge& judge);

}  // namespace barbacane::validation::detail
