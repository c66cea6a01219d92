#pragma once

#include <bitset>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "wasm/engine.h"

/// A plugin's code, compiled and linked: what instances are made from.
///
/// Immutable; shared by all threads and by every config of the plugin. The engine outlives it.
namespace barbacane::wasm {

struct ModuleHandle;

class Module {
 public:
  static constexpr std::size_t kMostExports = 8;
  using Exports = std::bitset<kMostExports>;

  enum class Calls : std::uint8_t { kReturnAtOnce, kMayWait };
  /// Of `Engine::load`. `present`: which of the wanted exports are there.
  Module(const Engine& engine, std::unique_ptr<ModuleHandle> handle, Calls calls,
         std::span<const WantedExport> wanted, Exports present);
  ~Module();

  /// Whether it imports functions that wait: its instances are called with `begin`, not `call`.
  bool may_wait() const { return calls_ == Calls::kMayWait; }
  std::span<const WantedExport> wanted() const { return wanted_; }
  bool has(std::size_t exported) const { return exported < kMostExports && present_[exported]; }

  const Engine& engine() const { return engine_; }
  const ModuleHandle& handle() const { return *handle_; }

 private:
  const Engine& engine_;
  const std::unique_ptr<ModuleHandle> handle_;
  const Calls calls_;
  const std::span<const WantedExport> wanted_;
  const Exports present_;
};

}  // namespace barbacane::wasm
