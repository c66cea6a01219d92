#pragma once

#include <cstdint>
#include <vector>

#include "schema/detail/verdict_memo.h"
#include "schema/program.h"

namespace barbacane::schema {

/// Stacks of a run; they only grow.
struct Scratch::Impl {
  std::vector<std::uint64_t> bits;   ///< which members or elements were evaluated, frame by frame
  std::vector<std::uint32_t> scope;  ///< resources entered, of programs with `$dynamicRef`
  struct Hashed {
    std::uint64_t hash;
    const Value::Node* node;
  };
  std::vector<Hashed> elements;  ///< of an array that must be unique
  struct Later {
    std::uint32_t block;
    const Value::Node* node;
  };
  std::vector<Later> later;  ///< members that are looked into when all that is cheap is done
  detail::VerdictMemo memo;  ///< of one run
};

}  // namespace barbacane::schema
