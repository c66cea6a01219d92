#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "schema/json.h"
#include "validation/detail/parameter_judge.h"
#include "validation/detail/parameter_rule.h"
#include "validation/detail/style_members.h"
#include "validation/workspace.h"

/// Arrays and objects written in one text by a parameter's style.
namespace barbacane::validation::detail {

/// The text behind `.` or `;name=`, for the styles that have one; nothing when it is not there.
std::optional<std::string_view> without_prefix(const ParameterRule& rule, std::string_view raw);

/// An array on `workspace.tape`, from every text given for the parameter.
class ListBuilder {
 public:
  ListBuilder(const ParameterRule& rule, Workspace& workspace, Judge& judge);

  /// False when the text was refused.
  bool add(std::string_view raw);
  schema::Value finish();

 private:
  bool add_piece(std::string_view raw);

  const ParameterRule& rule_;
  Workspace& workspace_;
  Judge& judge_;
  std::size_t size_ = 0;
};

/// The members of an object that stands in one text. False when it was refused.
bool cut_members(const ParameterRule& rule, std::string_view raw, MemberTexts& members,
                 Workspace& workspace, Judge& judge);

}  // namespace barbacane::validation::detail
