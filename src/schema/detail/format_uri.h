#pragma once

#include <string_view>

/// Identifiers of resources.
namespace barbacane::schema::detail {

bool is_uri(std::string_view text);            ///< RFC 3986, with a scheme
bool is_uri_reference(std::string_view text);  ///< RFC 3986, 4.1
bool is_iri(std::string_view text);            ///< RFC 3987: the same beyond ASCII
bool is_iri_reference(std::string_view text);
bool is_uri_template(std::string_view text);  ///< RFC 6570, all levels

}  // namespace barbacane::schema::detail
