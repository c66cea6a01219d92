#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/diagnostic.h"

namespace barbacane::spec {

/// Why a text is no document: the substance of an E1002.
struct SyntaxError {
  std::string what = {};
  base::Position position = {};
  std::string hint = {};
  /// What was open when it happened, such as the block whose indentation broke.
  std::string context = {};
  base::Position context_position = {};
  /// A limit was passed: reading the text in another syntax cannot help.
  bool limit = false;
};

/// The place of a byte; counts from the beginning of the text.
base::Position position_at(std::string_view text, std::size_t offset);

std::size_t count_code_points(std::string_view text);

SyntaxError nesting_error(std::size_t limit, base::Position position);
SyntaxError node_count_error(std::size_t limit, base::Position position);

}  // namespace barbacane::spec
