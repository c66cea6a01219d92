#include "gateway/plugins/instance_pool.h"

#include <chrono>

namespace barbacane::gateway {
namespace {

using std::chrono::milliseconds;

/// More than a worker needs at a time, unless its requests wait long with instances in hand.
constexpr std::size_t kMostIdle = 128;
constexpr milliseconds kPatience{1000};
constexpr milliseconds kLookAgain{5};

}  // namespace

void InstanceLease::end() {
  if (instance_) pool_->give_back(std::move(instance_));
}

void InstancePool::give_back(std::unique_ptr<PluginInstance> instance) {
  if (instance->usable() && !instance->is_bloated()) {
    if (idle_.size() < kMostIdle) idle_.push_back(std::move(instance));
    return;
  }
  instance.reset();
  if (idle_.empty()) prepare();
}

InstanceLease InstancePool::take() {
  if (!idle_.empty()) {
    InstanceLease lease(*this, std::move(idle_.back()));
    idle_.pop_back();
    return lease;
  }
  if (plugin_.may_wait) return {};
  auto made = make_now();
  if (!made) return {};
  return {*this, std::move(made)};
}

net::Task<InstanceLease> InstancePool::wait() {
  const auto deadline = services_.loop.now() + kPatience;
  for (;;) {
    if (auto lease = take()) co_return lease;
    if (plugin_.may_wait) {
      auto made = co_await make_later();
      if (made) co_return InstanceLease(*this, std::move(made));
    }
    if (services_.loop.now() >= deadline) co_return InstanceLease();
    co_await services_.loop.sleep(kLookAgain);
  }
}

void InstancePool::prepare() { services_.loop.spawn(prepare_later(pools_.weak_from_this())); }

/// The pools may be gone when it goes on, unless it holds them.
net::Task<> InstancePool::prepare_later(std::weak_ptr<InstancePools> pools) {
  // In a turn of the loop of its own, so that no request waits for it.
  net::EventLoop& loop = services_.loop;
  co_await loop.yield();
  const std::shared_ptr<InstancePools> kept = pools.lock();
  if (!kept || !idle_.empty()) co_return;
  std::unique_ptr<PluginInstance> made;
  if (plugin_.may_wait) {
    made = co_await make_later();
  } else {
    made = make_now();
  }
  if (made) give_back(std::move(made));
}

std::unique_ptr<PluginInstance> InstancePool::make_now() {
  auto made = PluginInstance::make(plugin_, services_);
  if (!made) {
    complain(made.error().text);
    return nullptr;
  }
  const auto outcome = (*made)->initialize_now();
  return checked(std::move(*made), outcome);
}

net::Task<std::unique_ptr<PluginInstance>> InstancePool::make_later() {
  auto made = PluginInstance::make(plugin_, services_);
  if (!made) {
    complain(made.error().text);
    co_return nullptr;
  }
  const auto outcome = co_await (*made)->initialize_later();
  co_return checked(std::move(*made), outcome);
}

std::unique_ptr<PluginInstance> InstancePool::checked(std::unique_ptr<PluginInstance> instance,
                                                      PluginInstance::Outcome outcome) {
  const std::string reason = instance->refusal(outcome);
  if (reason.empty()) return instance;
  complain(reason);
  return nullptr;
}

void InstancePool::complain(std::string_view reason) {
  if (services_.log == nullptr) return;
  services_.log->event(telemetry::Level::kError, "barbacane::plugin", "plugin_instance_failed",
                       {{"plugin", plugin_.name}, {"reason", reason}});
}

std::shared_ptr<InstancePools> InstancePools::make(std::span<const Plugin* const> plugins,
                                                   PluginServices& services,
                                                   std::shared_ptr<const void> owner) {
  std::shared_ptr<InstancePools> made(new InstancePools(std::move(owner)));
  for (const Plugin* plugin : plugins) {
    made->pools_.push_back(std::make_unique<InstancePool>(*plugin, services, *made));
    made->pools_.back()->prepare();
  }
  return made;
}

}  // namespace barbacane::gateway
