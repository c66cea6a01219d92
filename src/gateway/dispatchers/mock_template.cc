#include "gateway/dispatchers/mock_template.h"

#include <algorithm>
#include <optional>

#include "base/json_escape.h"
#include "base/text.h"
#include "gateway/request_context.h"

namespace barbacane::gateway {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

void put_html(ArenaText& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out.append("&amp;");
        break;
      case '<':
        out.append("&lt;");
        break;
      case '>':
        out.append("&gt;");
        break;
      case '"':
        out.append("&quot;");
        break;
      case '\'':
        out.append("&#39;");
        break;
      default:
        out.push_back(c);
    }
  }
}

std::optional<std::string_view> unless_empty(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace

MockTemplate::Escaping MockTemplate::escaping_for(std::string_view content_type) {
  const std::string type =
      base::to_lower(base::trim(content_type.substr(0, content_type.find(';')), kBlanks));
  if (type.ends_with("/json") || type.ends_with("+json")) return Escaping::kJson;
  if (type == "text/html") return Escaping::kHtml;
  return Escaping::kNone;
}

MockTemplate::MockTemplate(std::string_view text, Escaping escaping)
    : text_(text), escaping_(escaping) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t open = rest.find("{{");
    const std::size_t close = open == std::string_view::npos ? open : rest.find("}}", open + 2);
    const std::size_t plain = close == std::string_view::npos ? rest.size() : open;
    if (plain > 0) pieces_.push_back({Source::kLiteral, {}, std::string(rest.substr(0, plain))});
    if (close == std::string_view::npos) return;
    pieces_.push_back(piece_for(base::trim(rest.substr(open + 2, close - open - 2), kBlanks),
                                rest.substr(open, close + 2 - open)));
    rest.remove_prefix(close + 2);
  }
}

MockTemplate::Piece MockTemplate::piece_for(std::string_view key, std::string_view written) {
  constexpr std::string_view kField = "headers.";
  constexpr std::string_view kPathValue = "path_params.";
  constexpr std::string_view kContext = "context.";
  std::string literal(written);
  if (key == "request.method") return {Source::kMethod, {}, literal};
  if (key == "request.path") return {Source::kPath, {}, literal};
  if (key == "request.query") return {Source::kQuery, {}, literal};
  if (key == "request.client_ip") return {Source::kClientIp, {}, literal};
  if (key.starts_with(kField)) {
    return {Source::kField, base::to_lower(key.substr(kField.size())), literal};
  }
  if (key.starts_with(kContext)) {
    return {Source::kContext, std::string(key.substr(kContext.size())), literal};
  }
  if (key.starts_with(kPathValue)) {
    return {Source::kPathValue, std::string(key.substr(kPathValue.size())), literal};
  }
  return {Source::kLiteral, {}, literal};
}

bool MockTemplate::is_static() const {
  return std::all_of(pieces_.begin(), pieces_.end(),
                     [](const Piece& piece) { return piece.source == Source::kLiteral; });
}

void MockTemplate::render(const RequestContext& request, ArenaText& out) const {
  for (const Piece& piece : pieces_) {
    std::optional<std::string_view> value;
    switch (piece.source) {
      case Source::kLiteral:
        break;
      case Source::kMethod:
        value = request.seen().method;
        break;
      case Source::kPath:
        value = request.seen().path;
        break;
      case Source::kQuery:
        value = unless_empty(request.seen().query);
        break;
      case Source::kClientIp:
        value = request.chain ? request.chain->client_ip : client_ip_of(request);
        break;
      case Source::kField:
        value = request_field(request, piece.name);
        break;
      case Source::kPathValue:
        value = path_value(request, piece.name);
        break;
      case Source::kContext:
        if (request.chain) value = request.chain->context.get(piece.name);
        break;
    }
    if (!value) {
      out.append(piece.literal);
    } else if (escaping_ == Escaping::kJson) {
      base::escape_json(out, *value);
    } else if (escaping_ == Escaping::kHtml) {
      put_html(out, *value);
    } else {
      out.append(*value);
    }
  }
}

}  // namespace barbacane::gateway
