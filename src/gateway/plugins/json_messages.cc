#include "gateway/plugins/json_messages.h"

#include <algorithm>
#include <charconv>

#include <simdjson.h>

#include "base/json_escape.h"
#include "base/text.h"
#include "gateway/arena_text.h"
#include "gateway/field_list.h"
#include "gateway/request_line.h"
#include "http/response_fields.h"

namespace barbacane::gateway {
namespace {

using http::Field;
using http::KnownField;
using Fields = std::pmr::vector<Field>;
using Pairs = std::pmr::vector<std::pair<std::string_view, std::string_view>>;
namespace dom = simdjson::dom;

constexpr std::string_view kBefore = R"({"action":0,"data":)";

bool same_name(const Field& a, const Field& b) {
  return a.name.size() == b.name.size() && a.known == b.known &&
         (a.known != KnownField::kOther || base::equals_ignoring_case(a.name, b.name));
}

/// JSON is UTF-8; values that are not are kept from plugins.
bool is_shown(std::string_view value) { return base::is_ascii(value) || base::is_utf8(value); }

/// What stands between the lines of one name.
std::string_view separator(std::string_view name) {
  if (base::equals_ignoring_case(name, "set-cookie")) return "\n";
  return base::equals_ignoring_case(name, "cookie") ? "; " : ", ";
}

void put_lower(ArenaText& out, std::string_view name) {
  for (const char c : name) {
    out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c);
  }
}

void put_string(ArenaText& out, std::string_view text) {
  out.push_back('"');
  base::escape_json(out, text);
  out.push_back('"');
}

/// An object of what plugins are shown, each name once.
void put_headers(ArenaText& out, const Fields& fields) {
  out.push_back('{');
  bool first = true;
  for (auto field = fields.begin(); field != fields.end(); ++field) {
    const auto is_same = [&](const Field& other) { return same_name(*field, other); };
    if (!is_shown(field->value) || std::any_of(fields.begin(), field, [&](const Field& earlier) {
          return is_same(earlier) && is_shown(earlier.value);
        })) {
      continue;
    }
    out.append(first ? "\"" : ",\"");
    first = false;
    put_lower(out, field->name);
    out.append("\":\"");
    base::escape_json(out, field->value);
    for (auto more = field + 1; more != fields.end(); ++more) {
      if (!is_same(*more) || !is_shown(more->value)) continue;
      base::escape_json(out, separator(field->name));
      base::escape_json(out, more->value);
    }
    out.push_back('"');
  }
  out.push_back('}');
}

// ---- reading --------------------------------------------------------------------------------

/// What a parser of a thread may keep room for; rare outputs are larger.
constexpr std::size_t kUsualOutput = std::size_t{256} << 10;

/// Reused by all calls of a thread: parsing allocates nothing once it is warm.
dom::parser& parser() {
  thread_local dom::parser instance;
  if (instance.capacity() > kUsualOutput) instance = dom::parser();
  return instance;
}

base::Result<dom::element> parse(std::string& text) {
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  dom::element root;
  if (parser().parse(text.data(), text.size(), false).get(root) != simdjson::SUCCESS) {
    return base::fail("the output is not JSON");
  }
  return root;
}

std::optional<std::string_view> text_member(dom::object object, std::string_view name,
                                            std::pmr::memory_resource* arena) {
  std::string_view text;
  if (object.at_key(name).get(text) != simdjson::SUCCESS) return std::nullopt;
  return copy_to(arena, text);
}

/// False when it is not there, has too many members, or not all of its values are texts.
bool read_map(dom::object parent, std::string_view name, Pairs& into,
              std::pmr::memory_resource* arena) {
  dom::object members;
  if (parent.at_key(name).get(members) != simdjson::SUCCESS) return false;
  if (members.size() > FieldList::kMost) return false;
  into.reserve(members.size());
  for (const dom::key_value_pair member : members) {
    std::string_view value;
    if (member.value.get(value) != simdjson::SUCCESS) return false;
    into.emplace_back(copy_to(arena, member.key), copy_to(arena, value));
  }
  return true;
}

base::Result<ReadRequest> request_of(dom::element element, std::pmr::memory_resource* arena) {
  dom::object object;
  if (element.get(object) != simdjson::SUCCESS) return base::fail("the request is no object");
  ReadRequest request(arena);
  const auto method = text_member(object, "method", arena);
  const auto path = text_member(object, "path", arena);
  const auto client_ip = text_member(object, "client_ip", arena);
  if (!method || !path || !client_ip) {
    return base::fail("the request lacks 'method', 'path' or 'client_ip'");
  }
  if (!is_legal_method(*method) || !is_legal_path(*path)) {
    return base::fail("'method' or 'path' cannot stand in a request");
  }
  dom::element query;
  if (object.at_key("query").get(query) == simdjson::SUCCESS && !query.is_null()) {
    const auto text = text_member(object, "query", arena);
    if (!text || !is_legal_query(*text)) return base::fail("'query' cannot stand in a request");
    request.query = *text;
  }
  if (!read_map(object, "headers", request.headers, arena)) {
    return base::fail("'headers' is no object of texts");
  }
  if (!read_map(object, "path_params", request.path_values, arena)) {
    return base::fail("'path_params' is no object of texts");
  }
  request.method = *method;
  request.path = *path;
  request.client_ip = *client_ip;
  return request;
}

base::Result<ReadResponse> response_of(dom::element element, std::pmr::memory_resource* arena) {
  dom::object object;
  if (element.get(object) != simdjson::SUCCESS) return base::fail("the response is no object");
  ReadResponse response(arena);
  std::int64_t status = 0;
  if (object.at_key("status").get(status) != simdjson::SUCCESS || status < 0 || status > 65535) {
    return base::fail("the response has no 'status'");
  }
  response.status = static_cast<int>(status);
  if (!read_map(object, "headers", response.headers, arena)) {
    return base::fail("'headers' is no object of texts");
  }
  return response;
}

struct Envelope {
  bool continues;
  dom::element data;
};

/// Nothing when the output is no envelope.
std::optional<Envelope> envelope_of(dom::element root) {
  dom::object object;
  std::int64_t action = 0;
  Envelope envelope{};
  if (root.get(object) != simdjson::SUCCESS) return std::nullopt;
  if (object.at_key("action").get(action) != simdjson::SUCCESS ||
      action != static_cast<std::int32_t>(action)) {
    return std::nullopt;
  }
  if (object.at_key("data").get(envelope.data) != simdjson::SUCCESS) return std::nullopt;
  envelope.continues = action == 0;
  return envelope;
}

bool is_unchanged(std::string_view output, std::string_view input) {
  if (output.size() == input.size()) return output == input;
  return output.size() == kBefore.size() + input.size() + 1 && output.starts_with(kBefore) &&
         output.substr(kBefore.size(), input.size()) == input && output.back() == '}';
}

}  // namespace

std::string_view write_request(const RequestOfPlugins& request, std::pmr::memory_resource* arena) {
  ArenaText out(arena, 1024);
  out.append(R"({"method":)");
  put_string(out, request.head.method);
  out.append(R"(,"path":)");
  put_string(out, request.head.path);
  out.append(R"(,"query":)");
  if (request.head.query.empty()) {
    out.append("null");
  } else {
    put_string(out, request.head.query);
  }
  out.append(R"(,"headers":)");
  put_headers(out, request.head.fields);
  out.append(R"(,"client_ip":)");
  put_string(out, request.client_ip);
  out.append(R"(,"path_params":{)");
  for (std::size_t i = 0; i < request.values.size(); ++i) {
    if (i > 0) out.push_back(',');
    put_string(out, request.names[i]);
    out.push_back(':');
    put_string(out, request.values[i]);
  }
  out.append("}}");
  return out.view();
}

std::string_view write_response(int status, const Fields& fields,
                                std::pmr::memory_resource* arena) {
  ArenaText out(arena, 512);
  out.append(R"({"status":)");
  char digits[12];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, status).ptr);
  out.append(R"(,"headers":)");
  put_headers(out, fields);
  out.push_back('}');
  return out.view();
}

base::Result<ReadAction> read_action(std::string& output, std::int32_t returned,
                                     std::string_view input, std::pmr::memory_resource* arena) {
  ReadAction action;
  if (output.empty()) {
    if (returned == 0) return action;
    return base::fail("it answered without a response");
  }
  if (returned == 0 && is_unchanged(output, input)) return action;
  const auto root = parse(output);
  if (!root) return std::unexpected(root.error());
  const auto envelope = envelope_of(*root);
  const dom::element data = envelope ? envelope->data : *root;
  if (returned == 0 && (!envelope || envelope->continues)) {
    auto request = request_of(data, arena);
    if (!request) return std::unexpected(request.error());
    action.kind = ReadAction::Kind::kContinue;
    action.request.emplace(std::move(*request));
    return action;
  }
  auto response = response_of(data, arena);
  if (!response) return std::unexpected(response.error());
  action.kind = ReadAction::Kind::kRespond;
  action.response.emplace(std::move(*response));
  return action;
}

base::Result<ReadResponse> read_response(std::string& output, std::pmr::memory_resource* arena) {
  const auto root = parse(output);
  if (!root) return std::unexpected(root.error());
  return response_of(*root, arena);
}

// ---- headers back into fields ---------------------------------------------------------------

namespace {

/// All lines of that name as the plugin saw them in one.
std::string_view shown_value(const Fields& fields, const Field& like,
                             std::pmr::memory_resource* arena) {
  std::string_view only;
  std::size_t count = 0;
  for (const Field& field : fields) {
    if (!same_name(field, like) || !is_shown(field.value)) continue;
    only = field.value;
    ++count;
  }
  if (count <= 1) return only;
  ArenaText text(arena);
  bool first = true;
  for (const Field& field : fields) {
    if (!same_name(field, like) || !is_shown(field.value)) continue;
    if (!first) text.append(separator(like.name));
    first = false;
    text.append(field.value);
  }
  return text.view();
}

Field make_field(std::string_view name, std::string_view value, std::pmr::memory_resource* arena) {
  ArenaText lower(arena, name.size());
  put_lower(lower, name);
  return {lower.view(), value, http::known_field(lower.view())};
}

/// A value of `set-cookie` may be several lines.
void add_lines(const Field& field, Fields& into) {
  std::string_view rest = field.value;
  const bool several = field.name == "set-cookie";
  for (;;) {
    const std::size_t end = several ? rest.find('\n') : std::string_view::npos;
    const Field line{field.name, rest.substr(0, end), field.known};
    if (http::is_legal(line)) into.push_back(line);
    if (end == std::string_view::npos || into.size() >= FieldList::kMost) return;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace

void apply_headers(std::span<const std::pair<std::string_view, std::string_view>> headers,
                   Fields& fields, std::pmr::memory_resource* arena) {
  Fields result(arena);
  result.reserve(fields.size() + headers.size());
  for (const auto& [name, value] : headers) {
    const Field made = make_field(name, value, arena);
    const auto is_same = [&](const Field& field) { return same_name(field, made); };
    const bool known = std::ranges::any_of(fields, is_same);
    if (known && shown_value(fields, made, arena) == value) {
      std::ranges::copy_if(fields, std::back_inserter(result), is_same);
    } else {
      add_lines(made, result);
    }
  }
  for (const Field& field : fields) {
    if (is_shown(field.value)) continue;
    const auto is_same = [&](const auto& header) {
      return base::equals_ignoring_case(header.first, field.name);
    };
    if (std::ranges::none_of(headers, is_same)) result.push_back(field);
  }
  fields = std::move(result);
}

}  // namespace barbacane::gateway
