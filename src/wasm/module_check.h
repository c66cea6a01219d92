#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "wasm/capability.h"
#include "wasm/host_interface.h"
#include "wasm/outline.h"

/// Does a module keep what a plugin promises?
///
/// Its exports, its imports against its capabilities, its memory: all that can be told before the
/// engine sees it. The compiler refuses with the faults as E1024, the data plane with exit code 12;
/// neither sentence knows which. That the code inside is valid, only the engine says. Plugin ABI,
/// 2, 2.1, 6, 7.3, 12.1.
namespace barbacane::wasm {

enum class Kind : std::uint8_t { kMiddleware, kDispatcher };

std::string_view to_string(Kind kind);  ///< `middleware`, `dispatcher`
std::string_view to_string(Abi abi);    ///< `json`, `direct`
std::optional<Kind> find_kind(std::string_view name);

/// What a data plane gives an instance at most (7.3).
struct InstanceLimits {
  std::uint64_t memory_bytes = std::uint64_t{256} << 20;
  std::uint64_t table_elements = 10'000;
};

struct Expectation {
  CapabilitySet capabilities;
  std::optional<Kind> kind;  ///< as declared; without, it is inferred from the exports
  InstanceLimits limits;
};

struct ModuleFacts {
  Abi abi = Abi::kJson;
  /// What it was declared as, or else what its exports make it; one that exports the handlers of
  /// both can be used as either and has none.
  std::optional<Kind> kind;
  bool has_alloc = false;       ///< JSON ABI only; without, the host finds room itself (2.2)
  bool has_initialize = false;  ///< `_initialize` is to be called before `init`
  bool has_start = false;
  bool may_wait = false;           ///< imports a function that waits
  bool skips_on_response = false;  ///< calling `on_response` has no effect
};

/// Sentences for the author of the module, without the name of the plugin; never empty.
using ModuleFaults = std::vector<std::string>;

std::expected<ModuleFacts, ModuleFaults> check_module(const Outline& outline,
                                                      const Expectation& expectation);

}  // namespace barbacane::wasm
