#pragma once

#include <cstdint>
#include <expected>

#include "gateway/host_functions/host_body.h"
#include "gateway/request_context.h"

/// What the functions of the direct ABI share (plugin ABI, 12.2).
namespace barbacane::gateway {

/// `message`.
inline constexpr std::uint32_t kRequest = 0;
inline constexpr std::uint32_t kResponse = 1;

/// Whether the call under way may change that message, else the result that says why not.
std::expected<void, std::int32_t> may_change(const PluginInstance& plugin, std::uint32_t message);

/// Counts what a plugin adds to its request; false when that is too much.
bool add_bytes(const PluginCall& call, std::size_t bytes);

}  // namespace barbacane::gateway
