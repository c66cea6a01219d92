#include "app/plugin_cases.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"

namespace barbacane::app {

namespace {

using spec::Kind;
using spec::Member;
using spec::Node;

void append_json(std::string& out, const Node& node) {
  if (node.is_object()) {
    out += "{";
    for (const Member& member : node.members()) {
      if (out.back() != '{') out += ",";
      out += base::json_string(member.key) + ":";
      append_json(out, *member.value);
    }
    out += "}";
  } else if (node.is_array()) {
    out += "[";
    for (const Node* item : node.items()) {
      if (out.back() != '[') out += ",";
      append_json(out, *item);
    }
    out += "]";
  } else if (node.is_string()) {
    out += base::json_string(node.text());
  } else {
    out += node.text();
  }
}

/// Reads the file; the first thing that does not fit ends it.
class Reader {
 public:
  Reader(const std::string& file, const spec::Document& document)
      : file_(file), document_(document) {}

  base::Result<std::vector<PluginCase>> read() {
    const Node& root = document_.root();
    if (!fields(root, "the file", {"cases"})) return std::unexpected(error_);
    const Node* list = root.find("cases");
    if (!list || !list->is_array() || list->items().empty()) {
      fail(root, "needs a list 'cases'");
      return std::unexpected(error_);
    }
    std::vector<PluginCase> cases;
    for (const Node* item : list->items()) {
      cases.push_back(read_case(*item));
      if (failed_) return std::unexpected(error_);
    }
    return cases;
  }

 private:
  void fail(const Node& node, std::string_view what) { fail(node.position(), what); }
  void fail(base::Position at, std::string_view what) {
    if (failed_) return;
    failed_ = true;
    error_.message = fmt::format("{}:{}:{}: {}", file_, at.line, at.column, what);
  }

  /// Whether the node is an object of these members only.
  bool fields(const Node& node, std::string_view what, std::vector<std::string_view> known) {
    if (!node.is_object()) fail(node, fmt::format("{} must be a mapping", what));
    for (const Member& member : node.members()) {
      if (std::ranges::find(known, member.key) != known.end()) continue;
      const std::string_view near = base::nearest(member.key, known);
      fail(member.key_position,
           fmt::format("{} has no member '{}'{}", what, member.key,
                       near.empty() ? std::string() : fmt::format(", did you mean '{}'?", near)));
    }
    return !failed_;
  }

  /// Texts; numbers and booleans count as they are written.
  std::optional<std::string> text(const Node& object, std::string_view name) {
    const Node* node = object.find(name);
    if (!node || node->kind() == Kind::kNull) return std::nullopt;
    if (node->is_object() || node->is_array()) {
      fail(*node, fmt::format("'{}' must be a text", name));
      return std::nullopt;
    }
    return std::string(node->text());
  }

  std::vector<std::string> texts(const Node& object, std::string_view name) {
    std::vector<std::string> all;
    const Node* node = object.find(name);
    if (!node) return all;
    if (!node->is_array()) return all = {text(object, name).value_or("")};
    for (const Node* item : node->items()) {
      if (item->is_object() || item->is_array()) fail(*item, fmt::format("'{}' are texts", name));
      all.emplace_back(item->text());
    }
    return all;
  }

  std::optional<int> status(const Node& object) {
    const auto digits = text(object, "status");
    if (!digits) return std::nullopt;
    int value = 0;
    const char* end = digits->data() + digits->size();
    if (std::from_chars(digits->data(), end, value).ptr != end || value < 100 || value > 999) {
      fail(*object.find("status"), "'status' must be a number from 100 to 999");
    }
    return value;
  }

  /// Every pair of a mapping of texts, also those without a value; a list gives several lines.
  template <class Take>
  void pairs(const Node& object, std::string_view name, Take take) {
    const Node* map = object.find(name);
    if (!map) return;
    if (!map->is_object()) return fail(*map, fmt::format("'{}' must be a mapping", name));
    for (const Member& member : map->members()) {
      if (member.value->is_object()) {
        fail(*member.value, fmt::format("'{}' must be a text", member.key));
      } else if (member.value->is_array()) {
        for (const Node* item : member.value->items()) take(member.key, std::string(item->text()));
      } else if (member.value->kind() == Kind::kNull) {
        take(member.key, std::optional<std::string>());
      } else {
        take(member.key, std::optional<std::string>(member.value->text()));
      }
    }
  }

  HeaderLines header_lines(const Node& object) {
    HeaderLines lines;
    pairs(object, "headers", [&](std::string_view name, const std::optional<std::string>& value) {
      lines.emplace_back(base::to_lower(name), value.value_or(""));
    });
    return lines;
  }

  std::map<std::string, std::string> map(const Node& object, std::string_view name) {
    std::map<std::string, std::string> all;
    pairs(object, name, [&](std::string_view key, const std::optional<std::string>& value) {
      all[std::string(key)] = value.value_or("");
    });
    return all;
  }

  PluginCase read_case(const Node& node) {
    PluginCase result;
    if (!fields(node, "a case", {"name", "config", "request", "response", "context", "expect"})) {
      return result;
    }
    result.name = text(node, "name").value_or("");
    if (result.name.empty()) fail(node, "a case needs a 'name'");
    if (const Node* config = node.find("config"); config && config->kind() != Kind::kNull) {
      result.config.clear();
      append_json(result.config, *config);
    }
    if (const Node* request = node.find("request")) {
      result.exchange.request = read_request(*request);
    }
    if (const Node* response = node.find("response")) {
      result.exchange.response = read_response(*response);
      result.has_response = true;
    }
    result.exchange.context = map(node, "context");
    const Node* expect = node.find("expect");
    if (!expect) {
      fail(node, "a case needs an 'expect'");
    } else {
      result.expect = read_expectation(*expect);
    }
    return result;
  }

  TriedRequest read_request(const Node& node) {
    TriedRequest request;
    if (!fields(node, "a request",
                {"method", "path", "query", "headers", "body", "client_ip", "path_params"})) {
      return request;
    }
    request.method = text(node, "method").value_or(request.method);
    request.path = text(node, "path").value_or(request.path);
    request.query = text(node, "query");
    request.headers = header_lines(node);
    request.body = text(node, "body");
    request.client_ip = text(node, "client_ip").value_or(request.client_ip);
    request.path_params = map(node, "path_params");
    return request;
  }

  TriedResponse read_response(const Node& node) {
    TriedResponse response;
    if (!fields(node, "a response", {"status", "headers", "body"})) return response;
    response.status = status(node).value_or(response.status);
    response.headers = header_lines(node);
    response.body = text(node, "body");
    return response;
  }

  PluginCase::Expectation read_expectation(const Node& node) {
    PluginCase::Expectation expect;
    if (!fields(node, "'expect'",
                {"init_error", "action", "request", "response", "context", "log"})) {
      return expect;
    }
    expect.init_error = text(node, "init_error");
    if (const auto action = text(node, "action")) expect.end = read_action(node, *action);
    if (const Node* request = node.find("request")) {
      expect.request = read_message(
          *request, {"method", "path", "query", "headers", "body", "body_contains", "body_json"});
    }
    if (const Node* response = node.find("response")) {
      expect.response =
          read_message(*response, {"status", "headers", "body", "body_contains", "body_json"});
    }
    pairs(node, "context", [&](std::string_view key, std::optional<std::string> value) {
      expect.context[std::string(key)] = std::move(value);
    });
    expect.log = texts(node, "log");
    return expect;
  }

  std::optional<PhaseEnd::Kind> read_action(const Node& node, std::string_view action) {
    if (action == "continue") return PhaseEnd::Kind::kContinue;
    if (action == "respond") return PhaseEnd::Kind::kRespond;
    if (action == "fail") return PhaseEnd::Kind::kFail;
    fail(*node.find("action"), "'action' is one of continue, respond and fail");
    return std::nullopt;
  }

  ExpectedMessage read_message(const Node& node, std::vector<std::string_view> known) {
    ExpectedMessage message;
    if (!fields(node, "an expected message", std::move(known))) return message;
    message.status = status(node);
    message.method = text(node, "method");
    message.path = text(node, "path");
    message.query = text(node, "query");
    pairs(node, "headers", [&](std::string_view name, std::optional<std::string> value) {
      message.headers[base::to_lower(name)] = std::move(value);
    });
    message.body = text(node, "body");
    message.body_contains = texts(node, "body_contains");
    if (const Node* json = node.find("body_json")) message.body_json = {json, &document_};
    return message;
  }

  const std::string& file_;
  const spec::Document& document_;
  bool failed_ = false;
  base::Error error_;
};

}  // namespace

base::Result<PluginCases> parse_plugin_cases(std::string file, std::string text) {
  auto document = spec::parse_document(file, std::move(text));
  if (!document) {
    const base::Diagnostic& problem = document.error();
    const base::Position at = problem.place.position;
    return base::fail(fmt::format("{}:{}:{}: {}", file, at.line, at.column, problem.message));
  }
  PluginCases result{.cases = {}, .document = std::move(*document)};
  auto cases = Reader(file, *result.document).read();
  if (!cases) return std::unexpected(cases.error());
  result.cases = std::move(*cases);
  return result;
}

}  // namespace barbacane::app
