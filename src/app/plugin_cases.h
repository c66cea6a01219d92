#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/plugin_runner.h"
#include "base/result.h"
#include "spec/document.h"

/// Cases a plugin is tried on, written in YAML or JSON; `docs/plugin-commands.md` tells the format.
///
///   cases:
///     - name: names the tenant
///       config: {header: x-tenant}
///       request: {path: /orders, headers: {host: shop.example}}
///       expect:
///         action: continue
///         request: {headers: {x-tenant: shop, x-debug: null}}
///
/// Whatever `expect` does not mention is not compared. Unknown members are errors, so that a
/// misspelled expectation cannot pass.
namespace barbacane::app {

/// What a message has to look like.
struct ExpectedMessage {
  std::optional<int> status;
  std::optional<std::string> method, path, query;
  std::map<std::string, std::optional<std::string>> headers;  ///< nothing: must be absent
  std::optional<std::string> body;                            ///< the whole of it
  std::vector<std::string> body_contains;
  spec::NodeRef body_json;  ///< compared as JSON; null when not asked for
};

struct PluginCase {
  std::string name;
  std::string config = "{}";  ///< JSON
  TriedExchange exchange;
  bool has_response = false;  ///< `on_response` runs when the request passed

  struct Expectation {
    std::optional<std::string>
        init_error;                     ///< the config is refused, and error or log contain this
    std::optional<PhaseEnd::Kind> end;  ///< of `on_request` or `dispatch`
    std::optional<ExpectedMessage> request, response;
    std::map<std::string, std::optional<std::string>> context;
    std::vector<std::string> log;  ///< each in some line
  } expect;
};

/// Cases, and the text their expectations point into.
struct PluginCases {
  std::vector<PluginCase> cases;
  std::unique_ptr<spec::Document> document;
};

/// The error is one line with the place: `cases.yaml:12:7: unknown member 'expct', ...`.
base::Result<PluginCases> parse_plugin_cases(std::string file, std::string text);

struct CaseResult {
  std::string name;
  std::vector<std::string> failures;  ///< `request header 'x-tenant': expected 'shop', got 'a'`
  std::vector<std::string> log;
  bool passed() const { return failures.empty(); }
};

/// Runs one case on a fresh instance.
CaseResult run_plugin_case(const PluginCase& each, const artifact::Plugin& plugin,
                           PluginRunner& runner);

}  // namespace barbacane::app
