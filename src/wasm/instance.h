#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "wasm/guest_memory.h"
#include "wasm/host_binding.h"
#include "wasm/trap.h"
#include "wasm/value.h"

/// A running plugin: its memory, its globals, and its exports to call.
///
/// One thread at a time, one call at a time. Each call is preceded by `arm`, which gives it (and
/// further calls until the next `arm`) so many ticks of running time; waiting in a host function
/// costs none. A guest that traps is of no more use: the instance is destroyed. Instances of
/// modules that may wait are called with `begin` and `resume`, all others with `call`, which is a
/// plain function call. The module outlives its instances by the reference they hold.
namespace barbacane::wasm {

class Module;

/// What a guest waits for in a host function that may wait.
class HostWait {
 public:
  /// The host function returns this when the guest is resumed.
  void complete(Value result) {
    result_ = result;
    completed_ = true;
  }
  bool completed() const { return completed_; }

 private:
  friend class Instance;
  friend struct WaitingCall;
  Value result_;
  bool completed_ = false;
};

class Instance {
 public:
  /// Makes an instance and runs its start function within `ticks`. `owner` is what host functions
  /// find it by; it outlives the instance. Host functions that the start function calls see no
  /// memory.
  static std::expected<std::unique_ptr<Instance>, Trap> create(std::shared_ptr<const Module> module,
                                                               void* owner, std::uint64_t ticks);
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  void* owner() const { return owner_; }
  /// Empty before the start function has returned.
  const GuestMemory& memory() const { return memory_; }
  /// In bytes, as it is now.
  std::size_t memory_size() const;
  const Module& module() const { return *module_; }
  /// Adds pages of 64 KiB between calls; where they begin, nothing when there is no room.
  std::optional<std::uint32_t> grow_memory(std::uint32_t pages);

  /// Whether the wanted export of that position is there.
  bool has(std::size_t exported) const;

  void arm(std::uint64_t ticks);

  /// Calls a wanted export that is there. `values` holds the arguments, then in front the results.
  /// False when it trapped.
  bool call(std::size_t exported, std::span<Value> values);

  enum class Progress : std::uint8_t { kReturned, kWaits, kTrapped };
  /// The same for modules that may wait; runs until the first wait.
  Progress begin(std::size_t exported, std::span<const Value> arguments);
  /// Goes on after what it waits for was completed.
  Progress resume();
  /// Of a call that returned.
  Value result() const;

  /// Why the last call did not return.
  const Trap& trap() const;
  /// For the log, by a host function that then returns `HostEnd::kTrap`.
  void explain_trap(std::string_view reason);

 private:
  friend struct HostCall;
  friend struct WaitingCall;
  struct State;

  Instance(std::shared_ptr<const Module> module, void* owner);
  bool start(std::uint64_t ticks);

  const std::shared_ptr<const Module> module_;
  void* const owner_;
  GuestMemory memory_;
  const std::unique_ptr<State> state_;
};

}  // namespace barbacane::wasm
