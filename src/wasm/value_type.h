#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Types of WebAssembly values and functions, by name and by view.
///
/// Nothing here owns anything: a `ValueTypes` looks at bytes as the binary format writes them, in a
/// module or in a table of ours, so that comparing two function types is comparing bytes.
/// WebAssembly core 2.0, 5.3.
namespace barbacane::wasm {

enum class ValueType : std::uint8_t {
  kI32 = 0x7F,
  kI64 = 0x7E,
  kF32 = 0x7D,
  kF64 = 0x7C,
  kV128 = 0x7B,
  kFuncRef = 0x70,
  kExternRef = 0x6F,
};

constexpr bool is_value_type(std::uint8_t byte) {
  return (byte >= 0x7B && byte <= 0x7F) || byte == 0x70 || byte == 0x6F;
}

/// A list of value types, one byte each.
class ValueTypes {
 public:
  constexpr ValueTypes() = default;
  /// Every byte satisfies `is_value_type`.
  constexpr explicit ValueTypes(std::string_view encoded) : encoded_(encoded) {}

  constexpr std::size_t size() const { return encoded_.size(); }
  constexpr bool empty() const { return encoded_.empty(); }
  constexpr ValueType operator[](std::size_t i) const {
    return static_cast<ValueType>(static_cast<std::uint8_t>(encoded_[i]));
  }
  friend constexpr bool operator==(ValueTypes, ValueTypes) = default;

 private:
  std::string_view encoded_;
};

struct FunctionType {
  ValueTypes parameters;
  ValueTypes results;

  friend constexpr bool operator==(const FunctionType&, const FunctionType&) = default;
};

/// `i32`, `externref`.
std::string_view to_string(ValueType type);

/// `(i32, i32) -> i32`; nothing is written `()`, more than one result in parentheses.
std::string to_string(const FunctionType& type);

/// A function type that is known when the program is built, written as `to_string` does. The text
/// `(i32, i64)` without an arrow has no result. At most eight parameters and one result.
class Signature {
 public:
  consteval Signature(const char* text) {  // NOLINT(google-explicit-constructor): a literal
    std::string_view rest(text);
    take(rest, "(");
    while (!rest.starts_with(")")) {
      if (parameter_count_ != 0) take(rest, ", ");
      parameters_[parameter_count_++] = take_type(rest);
    }
    take(rest, ")");
    if (rest.empty() || rest == " -> ()") return;
    take(rest, " -> ");
    result_ = take_type(rest);
    result_count_ = 1;
    if (!rest.empty()) throw "text behind the result";
  }

  /// A view into this object.
  constexpr FunctionType type() const {
    return {ValueTypes({parameters_, parameter_count_}), ValueTypes({&result_, result_count_})};
  }

 private:
  static consteval void take(std::string_view& rest, std::string_view expected) {
    if (!rest.starts_with(expected)) throw "not a function type";
    rest.remove_prefix(expected.size());
  }

  static consteval char take_type(std::string_view& rest) {
    const std::string_view name = rest.substr(0, 3);
    rest.remove_prefix(name.size());
    if (name == "i32") return 0x7F;
    if (name == "i64") return 0x7E;
    if (name == "f32") return 0x7D;
    if (name == "f64") return 0x7C;
    throw "not a number type";
  }

  char parameters_[8] = {};
  char result_ = 0;
  std::uint8_t parameter_count_ = 0;
  std::uint8_t result_count_ = 0;
};

}  // namespace barbacane::wasm
