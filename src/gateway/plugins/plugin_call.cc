#include "gateway/plugins/plugin_call.h"

#include <utility>

#include "gateway/request_context.h"

namespace barbacane::gateway {

void PluginCall::save_response() {
  if (undo == nullptr || undo->response_saved) return;
  undo->response_saved = true;
  undo->status = response->status;
  undo->fields = response->fields;
  undo->body = response->body;
}

void PluginCall::save_context() {
  if (undo == nullptr || undo->context_saved) return;
  undo->context_saved = true;
  undo->context = request->chain->context.save();
}

void PluginCall::restore_response() {
  if (undo == nullptr || !undo->response_saved) return;
  undo->response_saved = false;
  response->status = undo->status;
  response->fields = std::move(undo->fields);
  response->body = undo->body;
}

void PluginCall::roll_back() {
  restore_response();
  if (undo == nullptr || !undo->context_saved) return;
  undo->context_saved = false;
  request->chain->context.restore(std::move(undo->context));
}

}  // namespace barbacane::gateway
