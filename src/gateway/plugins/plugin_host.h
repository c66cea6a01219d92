#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "services/http_grant.h"
#include "wasm/engine.h"
#include "wasm/module_cache.h"

/// Where the plugins of a process run: the engine, and the modules that snapshots share.
///
/// One a process. Nothing is made before the first artifact with plugins. Any thread.
namespace barbacane::gateway {

struct Options;

class PluginHost {
 public:
  PluginHost() = default;
  PluginHost(const PluginHost&) = delete;
  PluginHost& operator=(const PluginHost&) = delete;

  /// Makes the engine, once: later options count for nothing.
  base::Result<> start(const Options& options);
  /// What the log should know of how that went, one sentence each; given away once.
  std::vector<std::string> take_warnings();

  /// Compiles it, unless some snapshot uses it already or the cache has its code. After `start`.
  base::Result<std::shared_ptr<const wasm::Module>> module(std::string_view wasm, wasm::Abi abi);

  /// How plugins without a TLS identity of their own connect.
  base::Result<services::HttpGrant::OrdinaryTls> ordinary_tls();

 private:
  std::mutex mutex_;
  std::unique_ptr<wasm::Engine> engine_;  ///< before what was made with it
  std::optional<wasm::ModuleCache> cache_;
  std::map<std::string, std::weak_ptr<const wasm::Module>> modules_;  ///< by digest
  std::optional<services::HttpGrant::OrdinaryTls> ordinary_tls_;
  std::vector<std::string> warnings_;
};

}  // namespace barbacane::gateway
