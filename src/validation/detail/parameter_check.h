#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "validation/detail/parameter_judge.h"
#include "validation/detail/parameter_rule.h"
#include "validation/detail/query_pairs.h"
#include "validation/detail/style_members.h"
#include "validation/workspace.h"

/// Whether what a request gives for one parameter is a value of it.
namespace barbacane::validation::detail {

/// The text given for a parameter, and where to find more of it.
struct GivenText {
  std::string_view first;
  std::uint32_t count = 0;
  /// When it is there more than once: pairs from the first one on.
  std::string_view pairs = {};
  PairCursor::Syntax syntax = PairCursor::Syntax::kQuery;
};

/// For a text under the parameter's own name, or without a name; it is there at least once.
bool check_text(const ParameterRule& rule, const GivenText& given, Judge& judge,
                Workspace& workspace);

/// For the members of an exploded object; their names lie in the text of `workspace.part`.
bool check_members(const ParameterRule& rule, std::span<MemberText> members, Repeats repeats,
                   Judge& judge, Workspace& workspace);

/// For a whole query; it is not empty.
bool check_querystring(const ParameterRule& rule, std::string_view query, Judge& judge,
                       Workspace& workspace);

}  // namespace barbacane::validation::detail
