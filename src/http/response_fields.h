#pragma once

#include <string_view>

#include "http/message.h"

/// What every version of HTTP holds to when it writes the fields of an answer.
namespace barbacane::http {

/// Status codes that never carry content (RFC 9110, 6.4.1).
bool is_bodiless(int status);

/// Fields only the connection may write: those that frame a message or concern one hop.
bool is_owned_by_connection(std::string_view name);

/// A token as name; a value of visible characters, blanks and opaque bytes, without controls.
bool is_legal(const Field& field);

/// The value of `date`, made once a second; holds until the thread's next call.
std::string_view date_now();

}  // namespace barbacane::http
