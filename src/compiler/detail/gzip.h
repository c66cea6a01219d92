#pragma once

#include <string>
#include <string_view>

namespace barbacane::compiler {

/// RFC 1952 without name and time, so that equal bytes give equal bytes. Small texts are packed as
/// tightly as it goes, large ones as fast as is reasonable.
std::string gzip(std::string_view bytes);

}  // namespace barbacane::compiler
