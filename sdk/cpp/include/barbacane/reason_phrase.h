#pragma once

#include <string_view>

namespace barbacane::plugin {

/// "Not Found" for 404 (RFC 9110, 15); the name of the class for a status nobody registered.
std::string_view reason_phrase(int status);

}  // namespace barbacane::plugin
