#pragma once

#include <cstdint>
#include <string>

#include "validation/detail/coerce_plan.h"
#include "validation/detail/query_decode.h"
#include "validation/detail/style_rule.h"
#include "validation/violation.h"

namespace barbacane::validation::detail {

/// One declared parameter, ready to be checked.
struct ParameterRule {
  enum class Content : std::uint8_t {
    kStyle,  ///< no media type: written by `style` and `explode`
    kJson,
    kForm,
    kText,
    kUnread,  ///< a media type nobody here can look into
  };

  std::string name;
  std::string field;  ///< of headers: the name in lower case
  std::string place;  ///< of the declaration, as in `Violation::schema`
  Category category = Category::kQuery;
  bool required = false;
  bool allow_empty = false;
  Content content = Content::kStyle;
  StyleChoice style;
  Decoding decoding = Decoding::kNone;
  ValuePlan plan;
  std::size_t capture = 0;  ///< of path parameters
  /// Where in a query or among cookies its value may stand: under its own name, or as members of an
  /// exploded object. A schema that allows both kinds of values has both.
  bool by_name = true;
  bool by_members = false;

  /// Each text under its name is an element; otherwise the value is one text.
  bool may_repeat() const {
    return content == Content::kStyle && style.explode && plan.kinds.has(Kinds::kArray);
  }
};

}  // namespace barbacane::validation::detail
