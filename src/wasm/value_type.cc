#include "wasm/value_type.h"

namespace barbacane::wasm {

namespace {

std::string joined(ValueTypes types) {
  std::string text;
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (i != 0) text += ", ";
    text += to_string(types[i]);
  }
  return text;
}

}  // namespace

std::string_view to_string(ValueType type) {
  switch (type) {
    case ValueType::kI32:
      return "i32";
    case ValueType::kI64:
      return "i64";
    case ValueType::kF32:
      return "f32";
    case ValueType::kF64:
      return "f64";
    case ValueType::kV128:
      return "v128";
    case ValueType::kFuncRef:
      return "funcref";
    case ValueType::kExternRef:
      return "externref";
  }
  return "?";
}

std::string to_string(const FunctionType& type) {
  std::string text = "(" + joined(type.parameters) + ") -> ";
  const std::string results = joined(type.results);
  return type.results.size() == 1 ? text + results : text + "(" + results + ")";
}

}  // namespace barbacane::wasm
