#pragma once

#include <string_view>

/// What plugins may make of the first line of a request.
///
/// It goes on to an upstream as it is, so that a line break, a blank or a fragment in it would end
/// the line early or begin another request there (RFC 9112, 3).
namespace barbacane::gateway {

/// A token.
bool is_legal_method(std::string_view method);
/// In origin form, without query.
bool is_legal_path(std::string_view path);
bool is_legal_query(std::string_view query);

}  // namespace barbacane::gateway
