#pragma once

#include <string_view>

/// Mailboxes: what stands between the angle brackets of an envelope.
namespace barbacane::schema::detail {

/// RFC 5321, 4.1.2: dots and atoms or a quoted string, `@`, a host name or an address in brackets.
bool is_email(std::string_view text);
/// The same with characters beyond ASCII on both sides (RFC 6531, 3.3).
bool is_idn_email(std::string_view text);

}  // namespace barbacane::schema::detail
