#include "event.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <barbacane/hash.h>
#include <barbacane/json.h>
#include <barbacane/plugin.h>
#include <barbacane/sigv4.h>
#include <barbacane/url.h>

namespace lambda {
namespace {

using Texts = std::vector<std::pair<std::string, std::string>>;

/// The same names joined, as the format has it.
void add_joined(Texts& texts, std::string_view name, std::string_view value) {
  const auto known =
      std::find_if(texts.begin(), texts.end(), [&](const auto& one) { return one.first == name; });
  if (known == texts.end()) {
    texts.emplace_back(name, value);
  } else {
    known->second.append(",").append(value);
  }
}

void write_texts(json::Writer& writer, std::string_view member, const Texts& texts) {
  writer.member(member).begin_object();
  for (const auto& [name, value] : texts) writer.member(name).string(value);
  writer.end_object();
}

void write_headers(json::Writer& writer, const Request& request) {
  Texts headers;
  std::vector<std::string> cookies;
  const HeaderList lines = request.headers();
  for (const Header line : lines) {
    if (is_hop_by_hop(line.name)) continue;
    if (line.name != "cookie") {
      add_joined(headers, line.name, line.value);
      continue;
    }
    for_each_element(line.value, ';', [&](std::string_view one) { cookies.emplace_back(one); });
  }
  if (!cookies.empty()) {
    writer.member("cookies").begin_array();
    for (const std::string& cookie : cookies) writer.string(cookie);
    writer.end_array();
  }
  write_texts(writer, "headers", headers);
}

/// `30/Aug/2015:12:36:00 +0000`.
std::string log_time(std::int64_t unix_seconds) {
  static constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::string time = sigv4::time_text(unix_seconds);
  const std::string_view text = time;
  const int month = (text[4] - '0') * 10 + (text[5] - '0');
  return concat(text.substr(6, 2), '/', kMonths[month - 1], '/', text.substr(0, 4), ':',
                text.substr(9, 2), ':', text.substr(11, 2), ':', text.substr(13, 2), " +0000");
}

void write_request_context(json::Writer& writer, const Request& request,
                           std::int64_t unix_seconds) {
  std::string version = request.http_version().str();
  if (!version.starts_with("HTTP/")) version.insert(0, "HTTP/");
  if (version.size() == 5) version += "1.1";  // not known
  writer.member("requestContext").begin_object();
  writer.member("accountId").string("anonymous");
  writer.member("apiId").string("barbacane");
  writer.member("domainName").string(*request.authority());
  writer.member("http").begin_object();
  writer.member("method").string(*request.method());
  writer.member("path").string(*request.path());
  writer.member("protocol").string(version);
  writer.member("sourceIp").string(*request.client_ip());
  writer.member("userAgent").string(*request.header("user-agent"));
  writer.end_object();
  writer.member("requestId").string(*request.request_id());
  writer.member("routeKey").string("$default");
  writer.member("stage").string("$default");
  writer.member("time").string(log_time(unix_seconds));
  writer.member("timeEpoch").integer(unix_seconds * 1000);
  writer.end_object();
}

/// Whether the format carries such a body as text.
bool is_text(const Request& request, std::string_view body) {
  if (request.has_header("content-encoding") || !is_utf8(body)) return false;
  const Value header = request.header("content-type");
  const std::string type = lower(trim(header.view().substr(0, header.view().find(';'))));
  for (const std::string_view text : {"", "application/json", "application/javascript",
                                      "application/xml", "application/graphql"}) {
    if (type == text) return true;
  }
  return type.starts_with("text/") || type.ends_with("+json") || type.ends_with("+xml");
}

std::optional<std::string> body_of(const json::Node& root) {
  const json::Node* body = root.find("body");
  if (body == nullptr || body->is_null()) return std::string();
  if (!body->is_string()) {
    std::string text;
    json::append_text(text, *body);
    return text;
  }
  const json::Node* encoded = root.find("isBase64Encoded");
  if (encoded != nullptr && encoded->is_true()) return base64_decode(body->text);
  return std::string(body->text);
}

void add_headers(Reply& reply, const json::Node& root) {
  if (const json::Node* headers = root.find("headers")) {
    for (const json::Node* one = headers->first; one != nullptr; one = one->next) {
      const std::string name = lower(one->name);
      const bool scalar = one->is_string() || one->is_number() || one->is_bool();
      if (scalar && !is_hop_by_hop(name)) reply.header(name, one->text);
    }
  }
  if (const json::Node* cookies = root.find("cookies")) {
    for (const json::Node* one = cookies->first; one != nullptr; one = one->next) {
      if (one->is_string()) reply.add_header("set-cookie", one->text);
    }
  }
}

}  // namespace

std::string event_for(const Request& request, PassHeaders pass, std::int64_t unix_seconds) {
  const auto body = request.body();
  const Value query = request.query();
  std::string event;
  if (body) event.reserve(body->size() / 3 * 4 + 8192);  // grown by doubling it would not fit
  json::Writer writer(event);
  writer.begin_object();
  writer.member("version").string("2.0");
  writer.member("routeKey").string("$default");
  writer.member("rawPath").string(*request.path());
  writer.member("rawQueryString").string(query.view());
  if (pass == PassHeaders::kYes) {
    write_headers(writer, request);
  } else {
    write_texts(writer, "headers", {});
  }
  if (query && !query->empty()) {
    Texts parameters;
    for (const auto& [name, value] : parse_query(*query)) add_joined(parameters, name, value);
    write_texts(writer, "queryStringParameters", parameters);
  }
  write_request_context(writer, request, unix_seconds);
  const bool text = body && is_text(request, *body);
  if (body && !body->empty()) {
    writer.member("body");
    if (text) {
      writer.string(*body);
    } else {
      writer.string(base64_encode(*body));
    }
  }
  writer.member("isBase64Encoded").boolean(body && !body->empty() && !text);
  writer.end_object();
  return event;
}

bool answer_from(std::string_view payload) {
  json::Document document;
  if (!document.parse(payload)) return false;
  const json::Node& root = *document.root();
  const json::Node* status = root.find("statusCode");
  const auto code = status != nullptr ? status->integer() : std::nullopt;
  if (status == nullptr) {
    respond(200).header("content-type", "application/json").body(payload);
    return true;
  }
  const auto body = body_of(root);
  if (!code || *code < 200 || *code > 599 || !body) return false;
  Reply reply = respond(static_cast<int>(*code));
  reply.header("content-type", "application/json");
  add_headers(reply, root);
  if (!body->empty()) reply.body(*body);
  return true;
}

}  // namespace lambda
