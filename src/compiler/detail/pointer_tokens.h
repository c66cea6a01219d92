#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "spec/document.h"

namespace barbacane::compiler {

/// The tokens of a JSON Pointer, front to back.
class PointerTokens {
 public:
  /// The pointer must outlive the object.
  explicit PointerTokens(std::string_view pointer) : rest_(pointer) {}

  bool empty() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

  /// Of a pointer that is not empty.
  std::string next();
  /// Of a list with `size` elements; `size` itself when the token is no index of it.
  std::size_t next_index(std::size_t size);
  /// Takes the token when it is this one.
  bool take(std::string_view token);

 private:
  std::string_view rest_;
};

/// One step of the tokens into a value.
struct PointerStep {
  const spec::Node* value = nullptr;     ///< null when there is no such element or member
  const spec::Member* member = nullptr;  ///< null for elements
};
PointerStep step_into(const spec::Node& value, PointerTokens& tokens);

}  // namespace barbacane::compiler
