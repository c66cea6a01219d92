#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "wasm/engine.h"
#include "wasm/module_check.h"

/// A plugin as a snapshot knows it: one module with one config.
///
/// Immutable and shared by all workers, which make instances of it (`plugin_instance.h`). Plugin
/// ABI, 7.1.
namespace barbacane::services {
class HttpGrant;
}
namespace barbacane::wasm {
class Module;
}

namespace barbacane::gateway {

struct Plugin {
  std::string name;  ///< as in the artifact: what logs and limits go by
  std::string version;
  wasm::Abi abi = wasm::Abi::kJson;
  wasm::Kind kind = wasm::Kind::kMiddleware;
  std::shared_ptr<const wasm::Module> module;
  std::string config;          ///< with secrets in place: goes nowhere but into the guest
  std::string written_config;  ///< as in the artifact
  wasm::CapabilitySet capabilities;
  std::shared_ptr<const services::HttpGrant> grant;  ///< null unless it may call out
  bool body_access = false;
  bool stateless = false;  ///< by its own word: between calls it keeps nothing but what `init` made
  bool has_alloc = false;
  bool has_initialize = false;
  bool skips_on_response = false;
  /// Imports functions that wait, so that a call of it may take as long as it likes.
  bool may_wait = false;

  /// Its instances keep something of a request between the phases, so one instance serves both.
  bool holds_instance() const {
    return abi == wasm::Abi::kJson && !skips_on_response && !stateless;
  }
};

enum class Phase : std::uint8_t { kInit, kOnRequest, kDispatch, kOnResponse };
std::string_view to_string(Phase phase);

/// The exports the gateway calls, by their position in `wanted_exports`.
enum Export : std::size_t { kInit, kOnRequest, kOnResponse, kDispatch, kAlloc, kInitialize };
std::span<const wasm::WantedExport> wanted_exports(wasm::Abi abi);
inline Export export_of(Phase phase) {
  constexpr Export kOf[] = {kInit, kOnRequest, kDispatch, kOnResponse};
  return kOf[static_cast<std::size_t>(phase)];
}

}  // namespace barbacane::gateway
