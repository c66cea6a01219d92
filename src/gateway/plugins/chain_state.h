#pragma once

#include <cstddef>
#include <memory_resource>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/context_map.h"
#include "gateway/plugins/instance_pool.h"
#include "http/message.h"

/// What the plugins of one request have in common, from the first `on_request` to the last
/// `on_response`.
///
/// Lives in the arena of the request, whose context owns it.
namespace barbacane::gateway {

struct ChainState {
  explicit ChainState(std::pmr::memory_resource* arena)
      : request(arena), context(arena), entries(arena), trailers(arena) {}

  /// One middleware of the chain; the dispatcher's is the last.
  struct Entry {
    InstanceLease held;      ///< of plugins that keep something between the phases
    std::string_view state;  ///< what a direct plugin keeps for its other phase
    bool has_state = false;
  };

  /// The request as the plugins left it. Changed in place; `reindex` before anybody looks for known
  /// fields.
  http::RequestHead request;
  std::string_view client_ip;
  ContextMap context;
  std::pmr::vector<Entry> entries;
  /// Middlewares that let the request pass: their `on_response` will run.
  std::size_t passed = 0;
  /// A middleware answered; of those before it status and fields are asked, bodies are not shown.
  bool short_circuited = false;
  /// The next middleware on the way in, and the one behind the last.
  std::size_t next = 0;
  std::size_t end = 0;
  /// Bytes that direct plugins wrote into the request and its answer, and how many they may: what
  /// is overwritten stays in the arena.
  static constexpr std::size_t kMostWritten = std::size_t{8} << 20;
  std::size_t written = 0;
  /// How far the answer is that leaves while its dispatcher runs (plugin ABI, 8.4).
  enum class Streamed : std::uint8_t {
    kNothing,
    kBegun,
    kWhole,  ///< but for its end, which waits for the dispatcher to prove sound
    kEnded,
    kBroken,
  } streamed = Streamed::kNothing;
  std::pmr::vector<http::Field> trailers;  ///< of that answer

  /// As plugins of the JSON ABI get it; empty when it must be written (again).
  std::string_view request_json;
  std::string_view response_json;

  /// No plugin is called any more: instances that wait for it are free.
  void call_nobody() {
    passed = 0;
    for (Entry& entry : entries) entry.held.end();
  }
};

struct DestroyChainInArena {
  void operator()(ChainState* state) const { state->~ChainState(); }
};
using ChainStatePtr = std::unique_ptr<ChainState, DestroyChainInArena>;

/// After fields were changed: where known ones stand.
void reindex(http::RequestHead& head);

}  // namespace barbacane::gateway
