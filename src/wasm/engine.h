#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "wasm/host_binding.h"
#include "wasm/ticker.h"
#include "wasm/value_type.h"

/// The WebAssembly engine: compiles modules and gives their instances room.
///
/// One a process, made before the first module and gone after the last. `instance.h` runs guests,
/// README.md of this folder tells the life of a call. Everything about wasmtime stays in this
/// folder. Facts: every guest has a memory of at most `memory_bytes`, whose accesses the hardware
/// checks; a native stack of 1 MiB; and a deadline in ticks of about a millisecond.
namespace barbacane::wasm {

class Module;
class ModuleCache;
struct EngineHandle;
struct ModuleHandle;

struct EngineOptions {
  /// Room for that many instances at once, all threads together; what the machine cannot map is
  /// given up. Each reserves address space, not memory.
  unsigned instances = 4096;
  std::uint64_t memory_bytes = std::uint64_t{16} << 20;
  std::uint32_t table_elements = 10'000;
};

/// An export that will be called, with the type it must have.
struct WantedExport {
  std::string_view name;
  Signature type;
};

class Engine {
 public:
  /// `bindings` has a body for every host function. The error: the machine cannot run guests.
  static base::Result<std::unique_ptr<Engine>> create(const EngineOptions& options,
                                                      const HostBindings& bindings);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Compiles the module, or finds its code in `cache` (may be null), and links it. `wanted` names
  /// the exports `Instance::call` will know by their position; those that are missing, or of
  /// another type, are not there then. It outlives the module. Any thread, several at once; takes
  /// milliseconds to seconds. The error is a sentence about the module.
  base::Result<std::shared_ptr<const Module>> load(std::string_view wasm,
                                                   std::span<const WantedExport> wanted,
                                                   const ModuleCache* cache) const;

  /// How many instances there is room for.
  unsigned capacity() const { return capacity_; }
  /// What of the options had to be given up, for the log; empty as a rule.
  const std::string& warning() const { return warning_; }

  Ticker& ticker() const { return *ticker_; }
  const EngineHandle& handle() const { return *handle_; }
  const EngineOptions& options() const { return options_; }

 private:
  Engine(EngineOptions options, const HostBindings& bindings);

  base::Result<> define_all();
  base::Result<> link(ModuleHandle& module) const;

  EngineOptions options_;
  const HostBindings bindings_;
  unsigned capacity_ = 0;
  std::string warning_;
  std::string settings_;  ///< all that compiled code depends on, for the keys of the cache
  std::unique_ptr<EngineHandle> handle_;
  std::unique_ptr<Ticker> ticker_;  ///< gone before what it ticks
};

}  // namespace barbacane::wasm
