#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/context_map.h"
#include "gateway/plugins/chain_state.h"
#include "gateway/plugins/plugin.h"
#include "gateway/upgrade.h"
#include "http/message.h"

/// One call of a handler: what its host functions may see and change.
///
/// Made by the stage that calls, on its stack or in its coroutine; host functions find it through
/// the instance while the call lasts.
namespace barbacane::gateway {

struct RequestContext;

struct PluginCall {
  Phase phase = Phase::kInit;
  RequestContext* request = nullptr;   ///< null in `init`
  ChainState::Entry* entry = nullptr;  ///< null in `init`
  /// In `on_response` the answer, before that the one the plugin builds.
  http::Response* response = nullptr;
  /// What the handler is passed, in the JSON ABI.
  std::string_view input;
  /// The body that comes in, for those who may see it; taken by whoever reads it in the JSON ABI.
  std::optional<std::string_view> body;

  /// Of bodies: which the plugin may read and replace.
  bool sees_bodies = false;

  /// Something of the request's head was changed in place.
  bool request_changed = false;

  /// In `dispatch`: what follows should the plugin answer 101 (plugin ABI, 8.5).
  std::unique_ptr<Upgrade> upgrade;

  /// What the call changed may have to be undone.
  struct Undo {
    explicit Undo(std::pmr::memory_resource* arena) : fields(arena), context(arena) {}
    bool response_saved = false;
    bool context_saved = false;
    int status = 0;
    std::pmr::vector<http::Field> fields;
    std::string_view body;
    ContextMap::Saved context;
  };
  Undo* undo = nullptr;  ///< null where a call that fails ends the request anyway

  /// Before the first change of the response, or of the context.
  void save_response();
  void save_context();
  /// As if the call had not touched the response.
  void restore_response();
  /// As if the call had not been.
  void roll_back();
};

}  // namespace barbacane::gateway
