#pragma once

#include <cstddef>
#include <cstdint>

namespace barbacane::wasm {

/// An argument or a result of a call between host and guest; which member counts, the type of the
/// function says.
union Value {
  std::int32_t i32;
  std::int64_t i64;
  float f32;
  double f64;
  std::byte bytes[16] = {};

  /// Lengths and pointers are meant without sign.
  std::uint32_t u32() const { return static_cast<std::uint32_t>(i32); }
};

}  // namespace barbacane::wasm
