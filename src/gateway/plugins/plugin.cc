#include "gateway/plugins/plugin.h"

#include <array>

namespace barbacane::gateway {
namespace {

constexpr std::size_t kExports = 6;

constexpr std::array<wasm::WantedExport, kExports> kJsonExports = {{
    {"init", "(i32, i32) -> i32"},
    {"on_request", "(i32, i32) -> i32"},
    {"on_response", "(i32, i32) -> i32"},
    {"dispatch", "(i32, i32) -> i32"},
    {"alloc", "(i32) -> i32"},
    {"_initialize", "()"},
}};

constexpr std::array<wasm::WantedExport, kExports> kDirectExports = {{
    {"init", "() -> i32"},
    {"on_request", "() -> i32"},
    {"on_response", "() -> i32"},
    {"dispatch", "() -> i32"},
    {"alloc", "(i32) -> i32"},
    {"_initialize", "()"},
}};

}  // namespace

std::span<const wasm::WantedExport> wanted_exports(wasm::Abi abi) {
  return abi == wasm::Abi::kJson ? kJsonExports : kDirectExports;
}

std::string_view to_string(Phase phase) {
  constexpr std::string_view kNames[] = {"init", "on_request", "dispatch", "on_response"};
  return kNames[static_cast<std::size_t>(phase)];
}

}  // namespace barbacane::gateway
