#include "barbacane/http_client.h"

#include "barbacane/detail/imports.h"
#include "barbacane/headers.h"
#include "barbacane/json.h"
#include "barbacane/text.h"

namespace barbacane::plugin {
namespace {

/// Lines of one name become one member, since the call is a JSON object.
void write_headers(json::Writer& writer, const HttpRequest& request) {
  writer.member("headers").begin_object();
  for (std::size_t i = 0; i < request.headers.size(); ++i) {
    const auto& [name, value] = request.headers[i];
    bool repeated = false;
    for (std::size_t k = 0; k < i && !repeated; ++k) {
      repeated = equal_ignoring_case(request.headers[k].first, name);
    }
    if (repeated || !is_header_name(name) || !is_utf8(value)) continue;
    std::string joined = value;
    const std::string key = lower(name);
    for (std::size_t k = i + 1; k < request.headers.size(); ++k) {
      if (!equal_ignoring_case(request.headers[k].first, name)) continue;
      if (!is_utf8(request.headers[k].second)) continue;
      joined.append(joint_of(key)).append(request.headers[k].second);
    }
    writer.member(key).string(joined);
  }
  writer.end_object();
}

/// The call's JSON; its body is put beside it.
std::string prepared(const HttpRequest& request) {
  std::string text;
  json::Writer writer(text);
  writer.begin_object();
  writer.member("method").string(request.method);
  writer.member("url").string(request.url);
  write_headers(writer, request);
  writer.member("timeout_ms").integer(request.timeout_milliseconds);
  writer.end_object();
  const std::string_view body = request.body ? std::string_view(*request.body) : "";
  imports::host_http_request_body_set(body.data(), static_cast<std::uint32_t>(body.size()));
  return text;
}

std::string read_body() {
  std::string body;
  const std::int64_t length = imports::host_http_response_body_len();
  if (length <= 0) return body;
  body.resize(static_cast<std::size_t>(length));
  const std::int32_t count =
      imports::host_http_response_body_read(body.data(), static_cast<std::uint32_t>(length));
  body.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
  return body;
}

std::optional<HttpResponse> read_result(std::int32_t size) {
  if (size < 0) return std::nullopt;
  std::string text(static_cast<std::size_t>(size), '\0');
  if (imports::host_http_read_result(text.data(), static_cast<std::uint32_t>(size)) != size) {
    return std::nullopt;
  }
  json::Document document;
  if (!document.parse(text)) return std::nullopt;
  const json::Node& root = *document.root();
  const json::Node* status = root.find("status");
  HttpResponse response;
  response.status = status ? static_cast<int>(status->integer().value_or(0)) : 0;
  if (const json::Node* headers = root.find("headers")) {
    for (const json::Node* one = headers->first; one != nullptr; one = one->next) {
      const std::string name = lower(one->name);
      if (name != "set-cookie") {
        response.headers.emplace_back(name, one->text);
        continue;
      }
      for_each_element(one->text, '\n',
                       [&](std::string_view line) { response.headers.emplace_back(name, line); });
    }
  }
  response.failure = root.string("error").value_or("");
  response.body = read_body();
  return response;
}

}  // namespace

void HttpRequest::set_header(std::string_view name, std::string_view value) {
  std::erase_if(headers,
                [&](const auto& header) { return equal_ignoring_case(header.first, name); });
  headers.emplace_back(name, value);
}

bool HttpRequest::has_header(std::string_view name) const {
  for (const auto& header : headers) {
    if (equal_ignoring_case(header.first, name)) return true;
  }
  return false;
}

std::optional<std::string_view> HttpResponse::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::optional<HttpResponse> http_call(const HttpRequest& request) {
  const std::string text = prepared(request);
  return read_result(imports::host_http_call(text.data(), static_cast<std::uint32_t>(text.size())));
}

Detached http_detach(const HttpRequest& request) {
#if BARBACANE_PLUGIN_ABI == 1
  const auto response = http_call(request);
  const bool failed = !response || !response->failure.empty() || response->status >= 500;
  return failed ? Detached::kFailed : Detached::kDone;
#else
  const std::string text = prepared(request);
  const auto size = static_cast<std::uint32_t>(text.size());
  return imports::host_http_detach(text.data(), size) < 0 ? Detached::kDropped : Detached::kQueued;
#endif
}

}  // namespace barbacane::plugin
