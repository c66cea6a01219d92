#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "spec/tree.h"

/// The YAML 1.2 core schema (YAML 1.2.2, 10.3.2), with two differences: binary integers are added,
/// and digits behind a leading zero (`007`, zip codes, account numbers) stay text. Writers of other
/// YAML versions leave them unquoted, and as a number they would lose what makes them.
namespace barbacane::spec {

struct ResolvedScalar {
  Kind kind;
  std::string text;  ///< as `Node::text` promises it; for strings unchanged
};

/// What a plain, untagged scalar means.
ResolvedScalar resolve_plain_scalar(std::string_view text);

/// What a scalar tagged with a tag of the core schema means; empty when the text does not fit.
/// Tags of other schemas make a string.
std::optional<ResolvedScalar> resolve_tagged_scalar(std::string_view tag, std::string_view text);

}  // namespace barbacane::spec
