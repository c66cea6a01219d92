#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace barbacane::wasm {

/// A module from its text format (WebAssembly core, 6), in which the fixtures of tests are written.
base::Result<std::string> assemble(std::string_view text);

}  // namespace barbacane::wasm
