#pragma once

#include <array>

#include "wasm/host_interface.h"
#include "wasm/value.h"

/// The bodies behind `kHostFunctions`, which whoever makes the engine brings along.
///
/// A body gets the calling instance and the arguments, and leaves its result in `values[0]`. It
/// must not throw and must not enter the instance again. What the guest passes is hostile:
/// `GuestMemory` checks ranges, everything else is the body's own to doubt.
namespace barbacane::wasm {

class Instance;
class HostWait;

enum class HostEnd : std::uint8_t { kReturn, kTrap };
using HostBody = HostEnd (*)(Instance& caller, Value* values);

/// Of a function that may wait: it either completes `wait` before it returns, or sees to it that
/// somebody does later. `arguments` hold until it returns.
using WaitingHostBody = void (*)(Instance& caller, const Value* arguments, HostWait& wait);

/// One of the two, as `HostFunction::answer` says.
struct HostBinding {
  HostBody at_once = nullptr;
  WaitingHostBody may_wait = nullptr;
};

/// By the index of the function.
using HostBindings = std::array<HostBinding, kHostFunctionCount>;

}  // namespace barbacane::wasm
