#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "gateway/plugins/plugin_call.h"
#include "gateway/plugins/plugin_instance.h"
#include "wasm/host_binding.h"
#include "wasm/instance.h"

/// Host functions written as functions: `host_body<f>` unpacks the arguments and packs the result
/// of `f(PluginInstance&, std::uint32_t, ...)`.
namespace barbacane::gateway {

/// Results of the direct ABI (plugin ABI, 12.2) and, but for the last two, of the JSON ABI.
inline constexpr std::int32_t kAbsent = -1;
inline constexpr std::int32_t kFailed = -1;
inline constexpr std::int32_t kBadArgument = -2;
inline constexpr std::int32_t kNotAllowed = -3;

namespace detail {

template <class T>
T unpack(const wasm::Value& value) {
  if constexpr (std::is_same_v<T, std::uint32_t>) {
    return value.u32();
  } else if constexpr (std::is_same_v<T, std::int32_t>) {
    return value.i32;
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return value.i64;
  } else {
    static_assert(std::is_same_v<T, double>);
    return value.f64;
  }
}

inline void pack(wasm::Value& value, std::int32_t result) { value.i32 = result; }
inline void pack(wasm::Value& value, std::int64_t result) { value.i64 = result; }

template <auto kFunction, class Signature>
struct Body;

template <auto kFunction, class Result, class... Arguments>
struct Body<kFunction, Result (*)(PluginInstance&, Arguments...)> {
  static wasm::HostEnd call(wasm::Instance& caller, wasm::Value* values) {
    return unpacked(caller, values, std::index_sequence_for<Arguments...>());
  }

  template <std::size_t... kIndex>
  static wasm::HostEnd unpacked(wasm::Instance& caller, [[maybe_unused]] wasm::Value* values,
                                std::index_sequence<kIndex...>) {
    auto& plugin = *static_cast<PluginInstance*>(caller.owner());
    if constexpr (std::is_void_v<Result>) {
      kFunction(plugin, unpack<Arguments>(values[kIndex])...);
    } else {
      pack(values[0], kFunction(plugin, unpack<Arguments>(values[kIndex])...));
    }
    return wasm::HostEnd::kReturn;
  }
};

}  // namespace detail

template <auto kFunction>
constexpr wasm::HostBody host_body = detail::Body<kFunction, decltype(kFunction)>::call;

/// A text of the guest's; nothing when it lies outside memory or is not UTF-8.
std::optional<std::string_view> guest_text(const PluginInstance& plugin, std::uint32_t pointer,
                                           std::uint32_t length);

/// The direct ABI's way of handing out bytes: copies what fits and returns the whole length.
std::int32_t hand_out(const PluginInstance& plugin, std::string_view bytes, std::uint32_t buffer,
                      std::uint32_t capacity);

/// The request of the call under way; null in `init`.
inline RequestContext* request_of(const PluginInstance& plugin) {
  return plugin.call() != nullptr ? plugin.call()->request : nullptr;
}

}  // namespace barbacane::gateway
