#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hand_made_plugins.h"
#include "testkit/plugin_project.h"
#include "testkit/test_gateway.h"

/// A dispatcher module, of either ABI, that makes the outbound calls it is told to and answers with
/// what came of them: all that a plugin sees, as it sees it.
///
///     CallingGateway gateway({.abi = GetParam(), .written = {upstream.url()}});
///     const CallOutcome outcome =
///         gateway.ask({OutboundFunction::kCall, http_request(upstream.url("/x"))});
///
/// The calls arrive with the request, so nothing of them stands in the module's config. The module
/// serves two entries of the spec: the operator wrote the URLs of `written` into the config of the
/// one, and nothing into that of the other.
namespace barbacane::integration {

enum class OutboundFunction : char { kCall = 'c', kStream = 's', kDetach = 'd', kUpgrade = 'u' };

/// Without `host_` and the like.
std::string_view name_of(OutboundFunction function);

struct OutboundCall {
  OutboundFunction function = OutboundFunction::kCall;
  std::string json = {};
  std::optional<std::string> body = {};  ///< by `host_http_request_body_set`, before the call
};

struct CallOutcome {
  int came = 0;                     ///< the function's own result
  std::string result;               ///< by `host_http_read_result`; empty without one
  std::optional<std::string> slot;  ///< the response-body slot
};

/// The request JSON of a GET. `more`: members behind its URL, with a comma before them.
std::string http_request(std::string_view url, std::string_view more = "");

struct CallingGatewayOptions {
  PluginAbi abi = PluginAbi::kJson;
  std::vector<std::string> written = {};
  testkit::GatewayOptions gateway = {.serve_flags = {"--allow-plaintext-upstream"}};
};

class CallingGateway {
 public:
  enum class Entry : std::uint8_t { kWritten, kComputed };

  explicit CallingGateway(const CallingGatewayOptions& options);
  /// Expects that the program ends well: a sanitizer would say otherwise.
  ~CallingGateway();
  CallingGateway(const CallingGateway&) = delete;
  CallingGateway& operator=(const CallingGateway&) = delete;

  /// One request whose plugin makes these calls; the answer is a streamed one, or the plugin's own.
  testkit::Response request(const std::vector<OutboundCall>& calls,
                            Entry entry = Entry::kWritten) const;
  /// What the plugin saw. Throws when the answer is not the plugin's own.
  std::vector<CallOutcome> ask_each(const std::vector<OutboundCall>& calls,
                                    Entry entry = Entry::kWritten) const;
  CallOutcome ask(const OutboundCall& call, Entry entry = Entry::kWritten) const;

  std::string log() const { return gateway_.log(); }
  /// `kind` of every failure the log tells of now, in order. The log may be late.
  std::vector<std::string> failures() const;
  /// Whether these are all before long.
  bool logs_failures(const std::vector<std::string>& kinds) const;

 private:
  testkit::PluginProject project_;
  testkit::TestGateway gateway_;
};

}  // namespace barbacane::integration
