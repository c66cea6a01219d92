#include "compiler/detail/upstream_faults.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/json_pointer.h"
#include "base/text.h"
#include "compiler/detail/report.h"
#include "router/placeholder.h"
#include "schema/json.h"

namespace barbacane::compiler {

namespace {

/// As the data plane has them (gateway/dispatchers/http_upstream_config.cc).
constexpr std::array<std::string_view, 10> kOwned = {
    "connection", "content-length",    "expect",          "host", "keep-alive", "te", "trailer",
    "upgrade",    "transfer-encoding", "proxy-connection"};

/// The field of that name; the tape keeps it.
std::optional<schema::Value> field(schema::Tape& tape, std::string_view config,
                                   std::string_view name) {
  const auto root = tape.read(config);
  return root && root->is_object() ? root->find(name) : std::nullopt;
}

}  // namespace

std::vector<ConfigFault> owned_headers(std::string_view config) {
  std::vector<ConfigFault> faults;
  schema::Tape tape;
  const auto headers = field(tape, config, "headers");
  if (!headers || !headers->is_object()) return faults;
  for (const schema::Member member : headers->members()) {
    if (std::ranges::find(kOwned, base::to_lower(member.name())) == kOwned.end()) continue;
    std::string pointer = "/headers";
    base::append_pointer_token(pointer, member.name());
    faults.push_back({std::move(pointer), fmt::format("'headers.{}' cannot be set", member.name()),
                      "the connection writes this field itself", true});
  }
  return faults;
}

std::vector<ConfigFault> unknown_parameters(std::string_view config,
                                            std::span<const std::string> parameters) {
  std::vector<ConfigFault> faults;
  schema::Tape tape;
  const auto path = field(tape, config, "path");
  if (!path || !path->is_string()) return faults;
  const std::vector<std::string_view> known(parameters.begin(), parameters.end());
  std::string_view rest = path->text();
  while (!rest.empty()) {
    const std::size_t length = router::placeholder_length(rest);
    const std::string_view written = rest.substr(0, std::max<std::size_t>(length, 1));
    rest.remove_prefix(written.size());
    if (length == 0) continue;
    const std::string_view name = router::placeholder_name(written);
    if (std::ranges::find(known, name) != known.end()) continue;
    faults.push_back(
        {"/path",
         fmt::format("'path' has '{}', which is no path parameter and stays as it is", written),
         did_you_mean(name, known,
                      known.empty() ? "the path has no parameters"
                                    : "the parameters are " + quoted_list(known)),
         false});
  }
  return faults;
}

}  // namespace barbacane::compiler
