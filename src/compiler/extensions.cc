#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "compiler/detail/extension_readers.h"
#include "compiler/detail/fields.h"
#include "compiler/detail/stages.h"

namespace barbacane::compiler {

namespace {

constexpr std::string_view kPrefix = "x-barbacane-";

enum class At { kRoot, kOperation, kBoth };

struct Extension {
  std::string_view key;
  At at;
};

/// Compiler contract, section 2.
constexpr std::array<Extension, 8> kExtensions = {{
    {"x-barbacane-dispatch", At::kOperation},
    {"x-barbacane-middlewares", At::kBoth},
    {"x-barbacane-mcp", At::kBoth},
    {"x-barbacane-ratelimit", At::kBoth},
    {"x-barbacane-cache", At::kOperation},
    {"x-barbacane-observability", At::kBoth},
    {"x-barbacane-sunset", At::kOperation},
    {"x-barbacane-validation", At::kBoth},
}};

/// What the key was meant to be, found by the part behind the common prefix.
const Extension* nearest_extension(std::string_view key) {
  std::vector<std::string_view> names;
  for (const Extension& extension : kExtensions) {
    names.push_back(extension.key.substr(kPrefix.size()));
  }
  const std::string_view near = base::nearest(key.substr(kPrefix.size()), names);
  const auto found = std::ranges::find(names, near);
  return found == names.end() ? nullptr
                              : &kExtensions[static_cast<std::size_t>(found - names.begin())];
}

std::string unknown_hint(std::string_view key, At site) {
  const Extension* meant = nearest_extension(key);
  if (meant == nullptr) {
    std::vector<std::string_view> here;
    for (const Extension& extension : kExtensions) {
      if (extension.at == At::kBoth || extension.at == site) here.push_back(extension.key);
    }
    return "known here: " + quoted_list(here);
  }
  const bool belongs_here = meant->at == At::kBoth || meant->at == site;
  const std::string_view where =
      site == At::kRoot ? "on an operation" : "at the root of the document";
  if (belongs_here) return fmt::format("did you mean '{}'?", meant->key);
  if (meant->key == key) return fmt::format("'{}' belongs {}", key, where);
  return fmt::format("did you mean '{}', which belongs {}?", meant->key, where);
}

void check_keys(const Site& site, Report& report) {
  const At here = site.operation != nullptr ? At::kOperation : At::kRoot;
  for (const spec::Member& member : site.node->members()) {
    if (!member.key.starts_with(kPrefix)) continue;
    bool known = false;
    for (const Extension& extension : kExtensions) {
      known |= extension.key == member.key && (extension.at == At::kBoth || extension.at == here);
    }
    if (known) continue;
    report.warning(site, "E1015", fmt::format("unknown extension: {}", member.key),
                   spec::key_place(*site.node.document, member), unknown_hint(member.key, here));
  }
}

/// The plugin an object with `name` and `config` names; absent when it names none.
std::optional<PluginMention> read_mention(spec::NodeRef object) {
  const auto name = text(object->find("name"));
  if (!name) return std::nullopt;
  PluginMention result = mention(*name);
  if (result.name.empty()) return std::nullopt;
  result.owner = object;
  result.key = "name";
  if (const spec::Node* config = object->find("config")) {
    result.config = {config, object.document};
  }
  return result;
}

/// E1011 in the words of the purpose: `middleware #1 in GET /users in 'api.yaml'`.
void report_nameless(const Site& site, std::size_t number, spec::NodeRef entry, Report& report) {
  std::string which = fmt::format("middleware #{}", number);
  if (site.operation == nullptr) which = "global " + which;
  std::string message;
  if (report.purpose() == Purpose::kCompile) {
    message = site.operation != nullptr
                  ? fmt::format("middleware missing 'name': {} in {}", which, site.words)
                  : fmt::format("middleware missing 'name': {} in '{}'", which, site.words);
  } else {
    message = site.operation != nullptr
                  ? fmt::format("{} in {} is missing 'name'", which, site.words)
                  : fmt::format("{} is missing 'name'", which);
  }
  Site at = site;
  if (report.purpose() == Purpose::kValidate && site.operation == nullptr) {
    at.location += ":x-barbacane-middlewares";
  }
  const std::string_view meant = entry->is_string() ? entry->text() : "PLUGIN";
  report.error(
      at, "E1011", std::move(message), member_place(entry, "name"),
      fmt::format("write '- name: {}', with 'config:' below it if the plugin needs one", meant));
}

std::optional<std::vector<PluginMention>> read_middlewares(const Site& site, Report& report) {
  constexpr std::string_view kKey = "x-barbacane-middlewares";
  const spec::Node* list = site.node->find(kKey);
  if (list == nullptr) return std::nullopt;
  std::vector<PluginMention> chain;
  if (!list->is_array()) {
    report.fault(site, "E1011",
                 "middleware missing 'name': 'x-barbacane-middlewares' is not a list",
                 member_place(site.node, kKey),
                 "write a list of '- name: PLUGIN'; an empty list [] means no middlewares");
    return chain;
  }
  std::size_t number = 0;
  for (const spec::Node* item : list->items()) {
    ++number;
    const spec::NodeRef entry{item, site.node.document};
    if (auto found = item->is_object() ? read_mention(entry) : std::nullopt) {
      chain.push_back(std::move(*found));
      continue;
    }
    report_nameless(site, number, entry, report);
  }
  return chain;
}

void read_dispatch(const Site& site, OperationExtensions& extensions) {
  const spec::Node* dispatch = site.node->find("x-barbacane-dispatch");
  if (dispatch == nullptr) return;
  if (dispatch->is_object()) extensions.dispatch = read_mention({dispatch, site.node.document});
  extensions.dispatch_malformed = !extensions.dispatch;
}

const spec::Node* find_object(const Site& site, std::string_view key) {
  const spec::Node* node = site.node->find(key);
  return node != nullptr && node->is_object() ? node : nullptr;
}

void read_root(SpecUnit& unit, Report& report) {
  const Site site = report.root(unit);
  RootExtensions& root = unit.root;
  check_keys(site, report);
  if (auto chain = read_middlewares(site, report)) root.middlewares = std::move(*chain);
  root.rate_limit = read_rate_limit(site, report);
  root.observability = read_observability(site, report);
  root.validation = read_validation(site, report);
  root.declares_mcp = site.node->find("x-barbacane-mcp") != nullptr;
  if (const spec::Node* mcp = find_object(site, "x-barbacane-mcp")) {
    root.mcp_enabled = boolean(mcp->find("enabled")).value_or(false);
    root.mcp_server_name = text(mcp->find("server_name"));
    root.mcp_server_version = text(mcp->find("server_version"));
  }
}

OperationExtensions read_operation(const Site& site, Report& report) {
  OperationExtensions extensions;
  check_keys(site, report);
  read_dispatch(site, extensions);
  extensions.middlewares = read_middlewares(site, report);
  extensions.rate_limit = read_rate_limit(site, report);
  extensions.cache = read_cache(site, report);
  extensions.observability = read_observability(site, report);
  extensions.validation = read_validation(site, report);
  read_sunset(site, extensions, report);
  if (const spec::Node* mcp = find_object(site, "x-barbacane-mcp")) {
    extensions.mcp_enabled = boolean(mcp->find("enabled"));
    extensions.mcp_description = text(mcp->find("description"));
  }
  return extensions;
}

}  // namespace

void read_extensions(SpecUnit& unit, Report& report) {
  if (!unit.api) return;
  read_root(unit, report);
  unit.operations.reserve(unit.api->operations.size());
  for (const spec::Operation& operation : unit.api->operations) {
    unit.operations.push_back(read_operation(report.operation(unit, operation), report));
  }
}

}  // namespace barbacane::compiler
