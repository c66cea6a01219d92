#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/plugins/plugin.h"
#include "gateway/plugins/plugin_services.h"
#include "gateway/plugins/plugin_wait.h"
#include "net/task.h"
#include "wasm/instance.h"

/// An instance of a plugin, ready to be called.
///
/// Adds to `wasm::Instance` what the plugin ABI says: how input reaches the guest (2.2), the slots
/// of host functions (5), one budget of time for a call (7.3). One worker's thread, one call at a
/// time; after a trap, or when a call was cut off, it is of no more use.
namespace barbacane::gateway {

struct PluginCall;

/// What one host function leaves for another to take: bytes that are read once.
class ResultSlot {
 public:
  /// The length of what is in it from now on.
  std::int32_t put(std::string bytes) {
    bytes_ = std::move(bytes);
    filled_ = true;
    return static_cast<std::int32_t>(bytes_.size());
  }
  void clear() {
    filled_ = false;
    if (bytes_.capacity() > kKeptRoom) bytes_ = {};
  }
  bool filled() const { return filled_; }
  std::size_t size() const { return bytes_.size(); }
  /// Copies what fits into the guest and empties the slot, whatever came of it.
  std::int32_t take(const wasm::GuestMemory& memory, std::uint32_t buffer, std::uint32_t length) {
    if (!std::exchange(filled_, false)) return 0;
    return static_cast<std::int32_t>(memory.write(buffer, length, bytes_).value_or(0));
  }

 private:
  /// An idle instance does not hold on to large bodies.
  static constexpr std::size_t kKeptRoom = 64 * 1024;

  std::string bytes_;
  bool filled_ = false;
};

/// A body that a direct plugin replaced, until its call is over.
struct DirectBody {
  std::string bytes;
  bool changed = false;
};

/// Emptied before every handler.
struct PluginSlots {
  std::string output;  ///< of `host_set_output`; keeps its room
  enum class Body : std::uint8_t { kUntouched, kSet, kCleared } body = Body::kUntouched;
  std::string body_bytes;
  /// What the guest left as the body, empty when it cleared it.
  std::string_view body_left() const {
    return body == Body::kSet ? std::string_view(body_bytes) : std::string_view();
  }
  std::array<DirectBody, 2> direct_bodies;  ///< of the request and of the response
  ResultSlot context;
  ResultSlot uuid;
  ResultSlot http_result;
  ResultSlot http_response_body;
  std::optional<std::string> http_request_body;
  /// What `init` logged as an error last: as a rule why it refuses its config.
  std::string complaint;

  void clear();
};

class PluginInstance {
 public:
  /// Makes it and runs its start function; `initialize_*` must follow. Both outlive it.
  static std::expected<std::unique_ptr<PluginInstance>, wasm::Trap> make(const Plugin& plugin,
                                                                         PluginServices& services);
  PluginInstance(const PluginInstance&) = delete;
  PluginInstance& operator=(const PluginInstance&) = delete;

  /// How a handler ended.
  struct Outcome {
    enum class Kind : std::uint8_t {
      kReturned,
      kTrapped,  ///< `trap` says why
      kCutOff,   ///< the client left while it waited
    } kind = Kind::kReturned;
    std::int32_t code = 0;  ///< what it returned

    bool returned() const { return kind == Kind::kReturned; }
  };

  /// Of `initialize_*`: empty when the plugin takes its config, else what is to be told.
  std::string refusal(const Outcome& outcome) const;

  /// `_initialize` and `init`. For plugins that cannot wait, and for all.
  Outcome initialize_now();
  net::Task<Outcome> initialize_later();

  /// The handler of `call.phase`.
  Outcome call_now(PluginCall& call);
  net::Task<Outcome> call_later(PluginCall& call);

  /// From a host function: the guest goes on when this has come to something.
  void wait_for(std::unique_ptr<PluginWait> what, wasm::HostWait& wait);

  const wasm::Trap& trap() const { return trap_; }
  const Plugin& plugin() const { return plugin_; }
  PluginServices& services() const { return services_; }
  /// Empty while the start function runs.
  wasm::GuestMemory memory() const { return guest_ ? guest_->memory() : wasm::GuestMemory(); }
  /// To be written into.
  PluginSlots& slots() {
    slots_used_ = true;
    return slots_;
  }
  const PluginSlots& slots() const { return slots_; }
  /// The call under way; null between calls.
  PluginCall* call() const { return call_; }
  /// May be called again: it neither trapped nor was left in the middle of a call.
  bool usable() const { return usable_ && call_ == nullptr; }
  /// Some request has made its memory so large that another instance costs less than keeping it.
  bool is_bloated() const { return guest_->memory_size() > memory_after_init_ + kMostGrowth; }

 private:
  PluginInstance(const Plugin& plugin, PluginServices& services)
      : plugin_(plugin), services_(services) {}

  static constexpr std::size_t kMostGrowth = std::size_t{4} << 20;

  class Binding;
  class Watch;

  Outcome trapped();
  Outcome failed(wasm::Trap::Kind kind, std::string_view text);
  void arm(std::size_t input);
  Outcome run_now(Export handler, std::string_view input);
  net::Task<Outcome> run_later(Export handler, std::string_view input);
  /// Calls an export and waits for whatever it waits for.
  net::Task<Outcome> enter(Export exported, std::span<const wasm::Value> arguments);
  net::Task<> finish_wait();
  /// Where the guest gets `length` bytes when it has no `alloc`; nothing when there is no room.
  std::optional<std::uint32_t> own_region(std::uint32_t length);
  bool put(std::uint32_t pointer, std::string_view input) const;

  const Plugin& plugin_;
  PluginServices& services_;
  std::unique_ptr<wasm::Instance> guest_;
  PluginSlots slots_;
  bool slots_used_ = false;
  PluginCall* call_ = nullptr;
  wasm::Trap trap_;
  bool usable_ = true;
  std::size_t memory_after_init_ = 0;
  /// What the guest waits for.
  std::unique_ptr<PluginWait> waits_for_;
  wasm::HostWait* wait_ = nullptr;
  bool cut_off_ = false;
  std::uint32_t region_ = 0;
  std::uint32_t region_size_ = 0;
};

}  // namespace barbacane::gateway
