#pragma once

#include <bit>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// What a plugin may be allowed to do, and sets of that.
///
/// Default deny: a module may import a host function only when a capability it declares covers the
/// function (`host_interface.h` says which). `body_access` is not among them: it is a flag of the
/// plugin and covers no function. Plugin ABI, 1.2 and 6.
namespace barbacane::wasm {

enum class Capability : std::uint8_t {
  kCache,
  kClockNow,
  kContextGet,
  kContextSet,
  kGenerateUuid,
  kGetSecret,
  kHttpCall,
  kKafkaPublish,
  kLog,
  kNatsPublish,
  kRateLimit,
  kTelemetry,
  kVerifySignature,
  kWsUpgrade,
};

inline constexpr std::string_view kCapabilityNames[] = {
    "cache",      "clock_now", "context_get",      "context_set", "generate_uuid",
    "get_secret", "http_call", "kafka_publish",    "log",         "nats_publish",
    "rate_limit", "telemetry", "verify_signature", "ws_upgrade",
};
inline constexpr std::size_t kCapabilityCount = std::size(kCapabilityNames);

constexpr std::string_view to_string(Capability capability) {
  return kCapabilityNames[static_cast<std::size_t>(capability)];
}

/// By its name in the normal form, or `http_stream`, another name of `http_call`.
std::optional<Capability> find_capability(std::string_view name);

class CapabilitySet {
 public:
  constexpr CapabilitySet() = default;
  constexpr CapabilitySet(std::initializer_list<Capability> capabilities) {
    for (const Capability capability : capabilities) insert(capability);
  }

  static constexpr CapabilitySet all() {
    CapabilitySet set;
    set.bits_ = (std::uint32_t{1} << kCapabilityCount) - 1;
    return set;
  }

  constexpr void insert(Capability capability) { bits_ |= bit(capability); }
  constexpr bool contains(Capability capability) const { return (bits_ & bit(capability)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  /// The only member of a set of one.
  constexpr std::optional<Capability> only() const {
    if (!std::has_single_bit(bits_)) return std::nullopt;
    return static_cast<Capability>(std::countr_zero(bits_));
  }
  constexpr bool overlaps(CapabilitySet other) const { return (bits_ & other.bits_) != 0; }
  friend constexpr bool operator==(CapabilitySet, CapabilitySet) = default;

 private:
  static constexpr std::uint32_t bit(Capability capability) {
    return std::uint32_t{1} << static_cast<unsigned>(capability);
  }
  std::uint32_t bits_ = 0;
};

/// The capabilities of those names, as an artifact lists them; other names are left out.
CapabilitySet capability_set(std::span<const std::string> names);

}  // namespace barbacane::wasm
