#pragma once

#include <string>
#include <string_view>

/// References resolved as RFC 3986, 5.2 says, leniently: a base need not have a scheme.
namespace barbacane::schema::detail {

struct UriParts {
  std::string_view uri;       ///< without the fragment
  std::string_view fragment;  ///< behind the `#`, as written
  bool has_fragment = false;
};

UriParts split_fragment(std::string_view uri);

/// `reference` has no fragment; neither has the answer.
std::string resolve_uri(std::string_view base, std::string_view reference);

}  // namespace barbacane::schema::detail
