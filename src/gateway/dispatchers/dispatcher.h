#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "net/event_loop.h"

/// What answers a routed request.
///
/// One dispatcher is made for each distinct (name, config) of an artifact when it is loaded, and
/// answers for all workers at once: it is immutable. Most never wait; those are called as plain
/// functions, which spares a coroutine frame per request. Plugins contract, 2.
namespace barbacane::gateway {

struct RequestContext;

class Dispatcher {
 public:
  enum class Waiting { kNever, kPossible };

  virtual ~Dispatcher() = default;

  /// As written in specs.
  virtual std::string_view name() const = 0;

  virtual Waiting waiting() const { return Waiting::kNever; }
  /// Fills `request.reply`. Of dispatchers that never wait.
  virtual void answer(RequestContext& request) const = 0;
  /// The same for those that may. `request` outlives the task.
  virtual net::Task<> answer_later(RequestContext& request) const;
};

/// Whether the data plane has a dispatcher of that name built in.
bool is_native_dispatcher(std::string_view name);

/// The native dispatcher of that name; `config` is JSON text, empty for none. The error is what is
/// wrong with the config.
base::Result<std::unique_ptr<Dispatcher>> make_dispatcher(std::string_view name,
                                                          std::string_view config);

}  // namespace barbacane::gateway
