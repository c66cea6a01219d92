#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "gateway/step.h"
#include "net/event_loop.h"

/// What answers a routed request.
///
/// One dispatcher is made for each distinct (name, config) of an artifact when it is loaded, and
/// answers for all workers at once: it is immutable. Most never wait; those are called as plain
/// functions, which spares a coroutine frame per request. Plugins contract, 2.
namespace barbacane::gateway {

struct Options;
struct ProcessState;
struct RequestContext;
class UpstreamTlsContexts;

class Dispatcher {
 public:
  enum class Waiting { kNever, kPossible };

  virtual ~Dispatcher() = default;

  /// As written in specs.
  virtual std::string_view name() const = 0;

  virtual Waiting waiting() const { return Waiting::kNever; }
  /// Whether it passes the body on, so that one which nobody checks need not be collected.
  enum class BodyUse { kCollected, kStreamed };
  virtual BodyUse body_use() const { return BodyUse::kCollected; }
  /// Fills `request.reply`. Of dispatchers that never wait; kWait when it must for once.
  virtual Step answer(RequestContext& request) const = 0;
  /// The same for those that may; kGone when the client left meanwhile. `request` outlives the
  /// task.
  virtual net::Task<Step> answer_later(RequestContext& request) const;
};

/// Whether the data plane has a dispatcher of that name built in.
bool is_native_dispatcher(std::string_view name);

/// JSON text, empty for none.
struct DispatcherConfig {
  std::string_view written;   ///< with secret references in place: for keys
  std::string_view resolved;  ///< with the secrets: nothing of it goes into a log or an error
};

/// What a dispatcher is made with besides its config: options and TLS contexts are there while it
/// is made, `process` outlives it.
struct DispatcherContext {
  const Options& options;
  ProcessState& process;
  UpstreamTlsContexts& tls;
};

/// The native dispatcher of that name. Blocking: it may read files. The error is what is wrong with
/// the config.
base::Result<std::unique_ptr<Dispatcher>> make_dispatcher(std::string_view name,
                                                          const DispatcherConfig& config,
                                                          const DispatcherContext& context);

}  // namespace barbacane::gateway
