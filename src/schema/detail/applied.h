#pragma once

#include <cstdint>

#include "schema/detail/code.h"

namespace barbacane::schema::detail {

/// For which values a schema within another one is asked.
enum class Applied : std::uint8_t {
  kAlways,
  kSometimes,
  kNegated,  ///< in `not`: what it says of a value counts for nothing
};

/// Calls `each(block, applied)` for the schemas that an instruction asks about the value itself.
/// `$dynamicRef` has its own ways.
template <class Each>
void each_applied(const Program::Impl& program, const Instruction& in, Each each) {
  const auto all = [&](Applied applied) {
    for (std::uint32_t i = 0; i < in.b; ++i) each(program.lists[in.a + i], applied);
  };
  switch (in.op) {
    case Op::kRef:
      each(in.a, Applied::kAlways);
      break;
    case Op::kAllOf:
      all(Applied::kAlways);
      break;
    case Op::kAnyOf:
    case Op::kOneOf:
      all(Applied::kSometimes);
      break;
    case Op::kNot:
      each(in.a, Applied::kNegated);
      break;
    case Op::kIf:
      for (const std::uint32_t block : {in.a, in.b, in.c}) {
        if (block != kNowhere) each(block, Applied::kSometimes);
      }
      break;
    case Op::kDependentSchemas:
      for (std::uint32_t i = 0; i < in.b; ++i) {
        each(program.dependents[in.a + i].a, Applied::kSometimes);
      }
      break;
    default:
      break;
  }
}

}  // namespace barbacane::schema::detail
