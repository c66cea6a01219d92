#include <algorithm>

#include <fmt/format.h>

#include "app/plugin_cases.h"
#include "base/text.h"
#include "schema/json.h"
#include "schema/number.h"

/// A case on a plugin: the phases it needs, and what came out against what was expected.
namespace barbacane::app {

namespace {

constexpr std::size_t kShown = 200;  ///< bytes of a body in a failure

bool same_json(const spec::Node& expected, schema::Value actual) {
  using schema::Kind;
  if (expected.is_object()) {
    if (!actual.is_object() || actual.size() != expected.members().size()) return false;
    return std::ranges::all_of(expected.members(), [&](const spec::Member& member) {
      const auto found = actual.find(member.key);
      return found && same_json(*member.value, *found);
    });
  }
  if (expected.is_array()) {
    if (!actual.is_array() || actual.size() != expected.items().size()) return false;
    std::size_t i = 0;
    for (const schema::Value each : actual.elements()) {
      if (!same_json(*expected.items()[i++], each)) return false;
    }
    return true;
  }
  if (expected.is_string()) return actual.is_string() && actual.text() == expected.text();
  if (expected.is_number()) {
    return actual.is_number() && schema::Number(actual.text()) == schema::Number(expected.text());
  }
  if (expected.kind() == spec::Kind::kNull) return actual.kind() == Kind::kNull;
  return actual.kind() == (expected.is_true() ? Kind::kTrue : Kind::kFalse);
}

std::string in_quotes(const std::optional<std::string>& text) {
  if (!text) return "nothing";
  const std::string_view shown = base::utf8_prefix(*text, kShown);
  return fmt::format("'{}{}'", shown, shown.size() < text->size() ? "..." : "");
}

/// All lines of the name, as a list header may be read.
std::optional<std::string> header(const HeaderLines& lines, std::string_view name) {
  std::optional<std::string> joined;
  for (const auto& [each, value] : lines) {
    if (!base::equals_ignoring_case(each, name)) continue;
    joined = joined ? *joined + ", " + value : value;
  }
  return joined;
}

std::string_view to_string(PhaseEnd::Kind kind) {
  switch (kind) {
    case PhaseEnd::Kind::kContinue:
      return "continue";
    case PhaseEnd::Kind::kRespond:
      return "respond";
    case PhaseEnd::Kind::kFail:
      return "fail";
  }
  return "?";
}

class Run {
 public:
  Run(const PluginCase& each, PluginRunner& runner)
      : case_(each), runner_(runner), exchange_(each.exchange) {}

  CaseResult run(bool dispatches) {
    result_.name = case_.name;
    if (start()) {
      if (dispatches) {
        exchange_.response = TriedResponse();
        end_with(runner_.run(Phase::kDispatch, exchange_));
      } else {
        run_middleware();
      }
      compare_messages();
    }
    const auto logged = runner_.take_log();
    result_.log.insert(result_.log.end(), logged.begin(), logged.end());
    compare_log();
    return std::move(result_);
  }

 private:
  void fail(std::string sentence) { result_.failures.push_back(std::move(sentence)); }

  void compare(const std::string& what, const std::optional<std::string>& expected,
               const std::optional<std::string>& actual) {
    if (expected == actual) return;
    fail(fmt::format("{}: expected {}, got {}", what, in_quotes(expected), in_quotes(actual)));
  }

  /// Whether there are phases to run.
  bool start() {
    const auto started = runner_.init(case_.config);
    const auto& wanted = case_.expect.init_error;
    if (started && wanted) fail("init: expected the config to be refused, but it was taken");
    if (!started && !wanted) fail("init: " + started.error().message);
    if (!started && wanted) expect_refusal(started.error().message);
    return started && !wanted;
  }

  /// What is wrong with a config a plugin says in its log; the error may only be that it failed.
  void expect_refusal(const std::string& error) {
    const std::string& wanted = *case_.expect.init_error;
    result_.log = runner_.take_log();
    const auto tells = [&](const std::string& text) {
      return text.find(wanted) != std::string::npos;
    };
    if (tells(error) || std::ranges::any_of(result_.log, tells)) return;
    fail(fmt::format("init: expected an error with {}, got {}", in_quotes(wanted),
                     in_quotes(error)));
  }

  void run_middleware() {
    const TriedResponse upstream = exchange_.response;
    exchange_.response = TriedResponse();
    const PhaseEnd end = runner_.run(Phase::kOnRequest, exchange_);
    end_with(end);
    if (end.kind != PhaseEnd::Kind::kContinue || !case_.has_response) return;
    exchange_.response = upstream;
    const PhaseEnd response = runner_.run(Phase::kOnResponse, exchange_);
    if (response.kind == PhaseEnd::Kind::kFail) fail("on_response: " + response.reason);
  }

  void end_with(const PhaseEnd& end) {
    const auto& wanted = case_.expect.end;
    if (wanted && *wanted != end.kind) {
      fail(fmt::format("action: expected {}, got {}{}", to_string(*wanted), to_string(end.kind),
                       end.reason.empty() ? "" : ": " + end.reason));
    } else if (!wanted && end.kind == PhaseEnd::Kind::kFail) {
      fail("action: fail: " + end.reason);
    }
  }

  void compare_messages() {
    if (const auto& expected = case_.expect.request) {
      const TriedRequest& actual = exchange_.request;
      if (expected->method) compare("request method", expected->method, actual.method);
      if (expected->path) compare("request path", expected->path, actual.path);
      if (expected->query) compare("request query", expected->query, actual.query);
      compare_content("request", *expected, actual.headers, actual.body);
    }
    if (const auto& expected = case_.expect.response) {
      const TriedResponse& actual = exchange_.response;
      if (expected->status && *expected->status != actual.status) {
        fail(fmt::format("response status: expected {}, got {}", *expected->status, actual.status));
      }
      compare_content("response", *expected, actual.headers, actual.body);
    }
    for (const auto& [key, value] : case_.expect.context) {
      const auto found = exchange_.context.find(key);
      compare(fmt::format("context '{}'", key), value,
              found == exchange_.context.end() ? std::nullopt : std::optional(found->second));
    }
  }

  void compare_content(const std::string& message, const ExpectedMessage& expected,
                       const HeaderLines& headers, const std::optional<std::string>& body) {
    for (const auto& [name, value] : expected.headers) {
      compare(fmt::format("{} header '{}'", message, name), value, header(headers, name));
    }
    if (expected.body) compare(message + " body", expected.body, body);
    for (const std::string& part : expected.body_contains) {
      if (body && body->find(part) != std::string::npos) continue;
      fail(fmt::format("{} body: expected something with '{}', got {}", message, part,
                       in_quotes(body)));
    }
    if (expected.body_json && !is_json(*expected.body_json.node, body)) {
      fail(fmt::format("{} body: expected other JSON, got {}", message, in_quotes(body)));
    }
  }

  static bool is_json(const spec::Node& expected, const std::optional<std::string>& body) {
    if (!body) return false;
    schema::Tape tape;
    const auto actual = tape.read(*body);
    return actual && same_json(expected, *actual);
  }

  void compare_log() {
    for (const std::string& wanted : case_.expect.log) {
      const bool found = std::ranges::any_of(result_.log, [&](const std::string& line) {
        return line.find(wanted) != std::string::npos;
      });
      if (!found) fail(fmt::format("log: expected a line with '{}'", wanted));
    }
  }

  const PluginCase& case_;
  PluginRunner& runner_;
  TriedExchange exchange_;
  CaseResult result_;
};

}  // namespace

CaseResult run_plugin_case(const PluginCase& each, const artifact::Plugin& plugin,
                           PluginRunner& runner) {
  return Run(each, runner).run(plugin.plugin_type == "dispatcher");
}

}  // namespace barbacane::app
