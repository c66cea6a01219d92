#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/plugins/plugin_instance.h"
#include "net/task.h"

/// Instances of the plugins of a snapshot, kept by one worker for request after request.
///
/// There is a pool for each place a plugin has in a chain that another place might also have: two
/// entries of one plugin with one config in one chain never share an instance (plugin ABI, 7.1).
/// One worker's thread. Requests hold leases, which must end before the pools do.
namespace barbacane::gateway {

class InstancePool;
class InstancePools;

/// An instance that a request has to itself.
class InstanceLease {
 public:
  InstanceLease() = default;
  InstanceLease(InstancePool& pool, std::unique_ptr<PluginInstance> instance)
      : pool_(&pool), instance_(std::move(instance)) {}
  InstanceLease(InstanceLease&& other) noexcept = default;
  InstanceLease& operator=(InstanceLease&& other) noexcept {
    end();
    pool_ = other.pool_;
    instance_ = std::move(other.instance_);
    return *this;
  }
  ~InstanceLease() { end(); }

  explicit operator bool() const { return instance_ != nullptr; }
  PluginInstance* operator->() const { return instance_.get(); }
  PluginInstance& operator*() const { return *instance_; }

  /// Gives it back; one that is of no more use is replaced.
  void end();

 private:
  InstancePool* pool_ = nullptr;
  std::unique_ptr<PluginInstance> instance_;
};

class InstancePool {
 public:
  /// All outlive it.
  InstancePool(const Plugin& plugin, PluginServices& services, InstancePools& pools)
      : plugin_(plugin), services_(services), pools_(pools) {}
  InstancePool(const InstancePool&) = delete;
  InstancePool& operator=(const InstancePool&) = delete;

  /// An instance that is there, or that can be made without waiting; else none.
  InstanceLease take();
  /// The same, and waits for one if it must; none when there was none for a second, or `init`
  /// failed.
  net::Task<InstanceLease> wait();

  /// Makes one, so that the next request finds it. May go on after it returns.
  void prepare();

  const Plugin& plugin() const { return plugin_; }
  std::size_t idle() const { return idle_.size(); }

 private:
  friend class InstanceLease;

  void give_back(std::unique_ptr<PluginInstance> instance);
  std::unique_ptr<PluginInstance> make_now();
  net::Task<std::unique_ptr<PluginInstance>> make_later();
  std::unique_ptr<PluginInstance> checked(std::unique_ptr<PluginInstance> instance,
                                          PluginInstance::Outcome outcome);
  void complain(std::string_view reason);
  net::Task<> prepare_later(std::weak_ptr<InstancePools> pools);

  const Plugin& plugin_;
  PluginServices& services_;
  InstancePools& pools_;
  std::vector<std::unique_ptr<PluginInstance>> idle_;
};

/// Shared with what goes on beside requests.
class InstancePools : public std::enable_shared_from_this<InstancePools> {
 public:
  /// A pool for each of these, by position; one instance of each is made before long. `owner`
  /// keeps the plugins alive, `services` outlive the pools.
  static std::shared_ptr<InstancePools> make(std::span<const Plugin* const> plugins,
                                             PluginServices& services,
                                             std::shared_ptr<const void> owner);

  InstancePool& operator[](std::size_t index) { return *pools_[index]; }

 private:
  explicit InstancePools(std::shared_ptr<const void> owner) : owner_(std::move(owner)) {}

  const std::shared_ptr<const void> owner_;
  std::vector<std::unique_ptr<InstancePool>> pools_;
};

}  // namespace barbacane::gateway
