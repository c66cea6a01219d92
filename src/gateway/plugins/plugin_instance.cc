#include "gateway/plugins/plugin_instance.h"

#include <algorithm>
#include <utility>

#include "gateway/plugins/answer_stream.h"
#include "gateway/plugins/plugin_call.h"
#include "gateway/request_context.h"

namespace barbacane::gateway {
namespace {

using Outcome = PluginInstance::Outcome;
using wasm::Value;

/// Plugin ABI, 7.3.
constexpr std::uint64_t kTicks = 100;
constexpr std::size_t kInputForFullTime = 1'000'000;
constexpr std::uint32_t kPage = 64 * 1024;
/// Slots keep their room from call to call up to this size.
constexpr std::size_t kKeptRoom = 64 * 1024;

void empty(std::string& bytes) {
  bytes.clear();
  if (bytes.capacity() > kKeptRoom) bytes.shrink_to_fit();
}

Value i32(std::uint32_t number) {
  Value value;
  value.i32 = static_cast<std::int32_t>(number);
  return value;
}

}  // namespace

void PluginSlots::clear() {
  empty(output);
  empty(body_bytes);
  body = Body::kUntouched;
  context.clear();
  uuid.clear();
  http_result.clear();
  http_response_body.clear();
  http_request_body.reset();
  complaint.clear();
  for (DirectBody& direct : direct_bodies) {
    if (!direct.changed) continue;
    empty(direct.bytes);
    direct.changed = false;
  }
}

/// Ties an instance to a call for as long as the call lasts.
class PluginInstance::Binding {
 public:
  Binding(PluginInstance& instance, PluginCall& call) : instance_(instance) {
    if (std::exchange(instance_.slots_used_, false)) instance_.slots_.clear();
    instance_.call_ = &call;
  }
  Binding(const Binding&) = delete;
  Binding& operator=(const Binding&) = delete;
  /// Of a coroutine that is destroyed while it waits: the instance is in the middle of something.
  ~Binding() {
    if (!ended_) instance_.usable_ = false;
    instance_.call_ = nullptr;
  }
  void end() { ended_ = true; }

 private:
  PluginInstance& instance_;
  bool ended_ = false;
};

std::expected<std::unique_ptr<PluginInstance>, wasm::Trap> PluginInstance::make(
    const Plugin& plugin, PluginServices& services) {
  std::unique_ptr<PluginInstance> made(new PluginInstance(plugin, services));
  auto guest = wasm::Instance::create(plugin.module, made.get(), kTicks);
  if (!guest) return std::unexpected(std::move(guest.error()));
  made->guest_ = std::move(*guest);
  return made;
}

Outcome PluginInstance::trapped() {
  usable_ = false;
  trap_ = guest_->trap();
  return {Outcome::Kind::kTrapped, 0};
}

Outcome PluginInstance::failed(wasm::Trap::Kind kind, std::string_view text) {
  usable_ = false;
  trap_ = {kind, std::string(text)};
  return {Outcome::Kind::kTrapped, 0};
}

void PluginInstance::arm(std::size_t input) {
  guest_->arm(kTicks * std::max<std::uint64_t>(1, input / kInputForFullTime));
}

std::optional<std::uint32_t> PluginInstance::own_region(std::uint32_t length) {
  if (length > region_size_) {
    const std::uint32_t pages = length / kPage + (length % kPage != 0 ? 1 : 0);
    const auto old_end = guest_->grow_memory(pages);
    if (!old_end) return std::nullopt;
    region_ = *old_end;
    region_size_ = pages * kPage;
  }
  return region_;
}

bool PluginInstance::put(std::uint32_t pointer, std::string_view input) const {
  return pointer != 0 &&
         guest_->memory().write(pointer, static_cast<std::uint32_t>(input.size()), input);
}

// ---- calls that cannot wait -----------------------------------------------------------------

Outcome PluginInstance::run_now(Export handler, std::string_view input) {
  std::array<Value, 2> values;
  arm(input.size());
  if (plugin_.abi == wasm::Abi::kJson && !input.empty()) {
    const auto length = static_cast<std::uint32_t>(input.size());
    std::optional<std::uint32_t> pointer;
    if (plugin_.has_alloc) {
      values[0] = i32(length);
      if (!guest_->call(kAlloc, {values.data(), 1})) return trapped();
      pointer = values[0].u32();
    } else {
      pointer = own_region(length);
    }
    if (!pointer || !put(*pointer, input)) {
      return failed(wasm::Trap::Kind::kMemory, "has no room for its input");
    }
    values = {i32(*pointer), i32(length)};
  }
  const std::size_t count = plugin_.abi == wasm::Abi::kJson ? 2 : 1;
  if (!guest_->call(handler, {values.data(), count})) return trapped();
  return {Outcome::Kind::kReturned, values[0].i32};
}

std::string PluginInstance::refusal(const Outcome& outcome) const {
  if (!outcome.returned()) return trap_.text;
  if (outcome.code == 0) return {};
  if (!slots_.complaint.empty()) return slots_.complaint;
  return "init returned " + std::to_string(outcome.code);
}

Outcome PluginInstance::initialize_now() {
  PluginCall call;
  call.input = plugin_.config;
  Binding binding(*this, call);
  if (plugin_.has_initialize) {
    arm(0);
    std::array<Value, 1> none;
    if (!guest_->call(kInitialize, none)) return trapped();
  }
  const Outcome outcome = run_now(kInit, call.input);
  memory_after_init_ = guest_->memory_size();
  binding.end();
  return outcome;
}

Outcome PluginInstance::call_now(PluginCall& call) {
  Binding binding(*this, call);
  const Outcome outcome = run_now(export_of(call.phase), call.input);
  binding.end();
  return outcome;
}

// ---- calls that may wait --------------------------------------------------------------------

/// Ends the wait of a call whose client leaves. Where the answer of an upstream is on its way
/// already, that one watches; once the answer is given, leaving is what clients do.
class PluginInstance::Watch final : private http::ClientWatcher {
 public:
  explicit Watch(PluginInstance& instance) : instance_(instance) {
    RequestContext* request = instance.call_->request;
    if (request == nullptr || request->answer_body || request->exchange.answered()) return;
    exchange_ = &request->exchange;
    exchange_->watch_client(this);
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch() {
    if (exchange_ != nullptr) exchange_->watch_client(nullptr);
  }

 private:
  void client_left() override {
    // A guest that streams is told, for it may want to count what was sent.
    instance_.cut_off_ = !exchange_->answered();
    instance_.waits_for_->cancel();
  }

  PluginInstance& instance_;
  http::Exchange* exchange_ = nullptr;
};

void PluginInstance::wait_for(std::unique_ptr<PluginWait> what, wasm::HostWait& wait) {
  waits_for_ = std::move(what);
  wait_ = &wait;
}

net::Task<> PluginInstance::finish_wait() {
  const Watch watch(*this);
  if (call_->request != nullptr) {
    // Nobody else waits because this one does: neither for answers to earlier requests nor for the
    // end of a streamed one.
    co_await call_->request->exchange.release_earlier_answers();
    co_await end_streamed_answer(*call_->request);
  }
  const std::int32_t result = co_await waits_for_->run();
  waits_for_.reset();
  if (cut_off_) co_return;
  wasm::Value value;
  value.i32 = result;
  wait_->complete(value);
}

net::Task<Outcome> PluginInstance::enter(Export exported, std::span<const Value> arguments) {
  using Progress = wasm::Instance::Progress;
  Progress progress = guest_->begin(exported, arguments);
  while (progress == Progress::kWaits) {
    co_await finish_wait();
    if (cut_off_) {
      usable_ = false;
      co_return Outcome{Outcome::Kind::kCutOff, 0};
    }
    progress = guest_->resume();
  }
  if (progress == Progress::kTrapped) co_return trapped();
  co_return Outcome{Outcome::Kind::kReturned, guest_->result().i32};
}

net::Task<Outcome> PluginInstance::run_later(Export handler, std::string_view input) {
  std::array<Value, 2> values;
  arm(input.size());
  std::size_t count = 0;
  if (plugin_.abi == wasm::Abi::kJson) {
    count = 2;
    const auto length = static_cast<std::uint32_t>(input.size());
    std::optional<std::uint32_t> pointer = 0;
    if (length > 0 && plugin_.has_alloc) {
      const std::array<Value, 1> size = {i32(length)};
      const Outcome allocated = co_await enter(kAlloc, size);
      if (!allocated.returned()) co_return allocated;
      pointer = static_cast<std::uint32_t>(allocated.code);
    } else if (length > 0) {
      pointer = own_region(length);
    }
    const bool placed = length == 0 || (pointer && put(*pointer, input));
    if (!placed) co_return failed(wasm::Trap::Kind::kMemory, "has no room for its input");
    values = {i32(*pointer), i32(length)};
  }
  co_return co_await enter(handler, {values.data(), count});
}

net::Task<Outcome> PluginInstance::initialize_later() {
  PluginCall call;
  call.input = plugin_.config;
  Binding binding(*this, call);
  if (plugin_.has_initialize) {
    arm(0);
    const Outcome outcome = co_await enter(kInitialize, {});
    if (!outcome.returned()) co_return outcome;
  }
  const Outcome outcome = co_await run_later(kInit, call.input);
  memory_after_init_ = guest_->memory_size();
  binding.end();
  co_return outcome;
}

net::Task<Outcome> PluginInstance::call_later(PluginCall& call) {
  if (!plugin_.may_wait) co_return call_now(call);
  Binding binding(*this, call);
  const Outcome outcome = co_await run_later(export_of(call.phase), call.input);
  binding.end();
  co_return outcome;
}

}  // namespace barbacane::gateway
