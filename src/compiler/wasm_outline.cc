#include "compiler/detail/wasm_outline.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace barbacane::compiler {

namespace {

constexpr std::string_view kMagic{"\0asm\1\0\0\0", 8};
constexpr std::uint8_t kCustomSection = 0;
constexpr std::uint8_t kExportSection = 7;
constexpr std::uint8_t kFunctionKind = 0;

/// Reads from the front of a view; after the first failure everything fails.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

  std::optional<std::uint8_t> byte() {
    if (rest_.empty()) return std::nullopt;
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
  }

  /// Unsigned LEB128 of at most 32 bits (WebAssembly core, 5.2.2).
  std::optional<std::uint32_t> number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 35; shift += 7) {
      const auto next = byte();
      if (!next) return std::nullopt;
      value |= std::uint64_t{*next & 0x7Fu} << shift;
      if ((*next & 0x80) == 0) {
        return value <= UINT32_MAX ? std::optional(static_cast<std::uint32_t>(value))
                                   : std::nullopt;
      }
    }
    return std::nullopt;
  }

  std::optional<std::string_view> sized() {
    const auto length = number();
    if (!length || *length > rest_.size()) return std::nullopt;
    const std::string_view taken = rest_.substr(0, *length);
    rest_.remove_prefix(*length);
    return taken;
  }

 private:
  std::string_view rest_;
};

void read_exports(Bytes section, WasmOutline& outline) {
  const auto count = section.number();
  for (std::uint32_t i = 0; count && i < *count; ++i) {
    const auto name = section.sized();
    if (!name) return;
    const auto kind = section.byte();
    const auto index = section.number();
    if (!kind || !index) return;
    if (*kind == kFunctionKind) outline.function_exports.push_back(*name);
  }
}

}  // namespace

bool is_wasm(std::string_view module) { return module.starts_with(kMagic); }

std::string_view WasmOutline::custom(std::string_view name) const {
  const auto found = std::ranges::find(custom_sections, name, &CustomSection::name);
  return found == custom_sections.end() ? std::string_view() : found->payload;
}

bool WasmOutline::exports_function(std::string_view name) const {
  return std::ranges::find(function_exports, name) != function_exports.end();
}

WasmOutline outline_of(std::string_view module) {
  WasmOutline outline;
  if (!is_wasm(module)) return outline;
  Bytes bytes(module.substr(kMagic.size()));
  while (!bytes.empty()) {
    const auto id = bytes.byte();
    const auto content = bytes.sized();
    if (!id || !content) break;
    Bytes section(*content);
    if (*id == kCustomSection) {
      const auto name = section.sized();
      if (!name) break;
      outline.custom_sections.push_back({*name, section.rest()});
    } else if (*id == kExportSection) {
      read_exports(section, outline);
    }
  }
  return outline;
}

}  // namespace barbacane::compiler
