#include "gateway/plugins/plugin_host.h"

#include <algorithm>

#include "base/hash.h"
#include "gateway/gateway.h"
#include "gateway/host_functions/bindings.h"
#include "gateway/plugins/plugin.h"
#include "wasm/module.h"

namespace barbacane::gateway {
namespace {

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;
constexpr std::uint64_t kLeastMemory = 16 * kMebibyte;
constexpr std::uint64_t kMostMemory = 256 * kMebibyte;
/// A body, what a guest makes of it, and its own data (plugin ABI, 7.3).
constexpr std::uint64_t kBesidesBody = 4 * kMebibyte;
/// Plugins' instances that live at once. Each has a slot of address space and a stack whose guard
/// costs a system call at start, so there are no more than a worker can make use of, ...
constexpr unsigned kInstancesPerWorker = 4096;
/// ... and no more than a process may have mappings for (vm.max_map_count).
constexpr unsigned kMostInstances = 8192;
/// Below the cache folder.
constexpr std::string_view kModules = "modules";

}  // namespace

base::Result<> PluginHost::start(const Options& options) {
  const std::lock_guard lock(mutex_);
  if (engine_) return {};
  wasm::EngineOptions limits;
  limits.instances =
      std::min(options.worker_count(), kMostInstances / kInstancesPerWorker) * kInstancesPerWorker;
  limits.memory_bytes =
      std::clamp<std::uint64_t>(options.max_body_size + kBesidesBody, kLeastMemory, kMostMemory);
  auto engine = wasm::Engine::create(limits, host_bindings());
  if (!engine) return std::unexpected(engine.error());
  engine_ = *std::move(engine);
  if (!engine_->warning().empty()) warnings_.push_back(engine_->warning());
  if (options.cache_dir.empty()) return {};
  auto cache = wasm::ModuleCache::open(std::filesystem::path(options.cache_dir) / kModules);
  if (cache) {
    cache_ = *std::move(cache);
  } else {
    warnings_.push_back("compiled plugins are not kept: " + cache.error().message);
  }
  return {};
}

std::vector<std::string> PluginHost::take_warnings() {
  const std::lock_guard lock(mutex_);
  return std::exchange(warnings_, {});
}

base::Result<std::shared_ptr<const wasm::Module>> PluginHost::module(std::string_view wasm,
                                                                     wasm::Abi abi) {
  const std::string digest = base::sha256_hex(wasm);
  {
    const std::lock_guard lock(mutex_);
    const auto found = modules_.find(digest);
    if (found != modules_.end()) {
      if (auto module = found->second.lock()) return module;
    }
  }
  auto loaded = engine_->load(wasm, wanted_exports(abi), cache_ ? &*cache_ : nullptr);
  if (!loaded) return loaded;
  const std::lock_guard lock(mutex_);
  std::erase_if(modules_, [](const auto& entry) { return entry.second.expired(); });
  modules_[digest] = *loaded;
  return loaded;
}

base::Result<services::HttpGrant::OrdinaryTls> PluginHost::ordinary_tls() {
  const std::lock_guard lock(mutex_);
  if (!ordinary_tls_) {
    auto made = services::HttpGrant::OrdinaryTls::make();
    if (!made) return std::unexpected(made.error());
    ordinary_tls_ = *std::move(made);
  }
  return *ordinary_tls_;
}

}  // namespace barbacane::gateway
