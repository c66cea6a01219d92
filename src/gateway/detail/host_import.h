#pragma once

#include <string>
#include <string_view>

#include "wasm/host_interface.h"

namespace barbacane::gateway {

/// The import of a host function in the text format, under that name (with `$`).
inline std::string host_import(const wasm::HostFunction& function, std::string_view name) {
  const auto list = [](std::string_view word, wasm::ValueTypes types) {
    std::string text;
    for (std::size_t i = 0; i < types.size(); ++i) {
      text += " (" + std::string(word) + " " + std::string(to_string(types[i])) + ")";
    }
    return text;
  };
  const auto& type = function.signature.type();
  return "(import \"" + std::string(to_string(function.module)) + "\" \"" +
         std::string(function.name) + "\" (func " + std::string(name) +
         list("param", type.parameters) + list("result", type.results) + "))\n";
}

}  // namespace barbacane::gateway
