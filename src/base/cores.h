#pragma once

/// How much of the machine is ours.
namespace barbacane::base {

/// Cores this process may run on, at least one. A container's share of time does not count.
unsigned usable_cores();

}  // namespace barbacane::base
