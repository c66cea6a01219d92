// mock: answers with what its config says (plugins contract, 2.1). The gateway has the same built
// in; this module is for those who declare a source for the name.

#include <barbacane/plugin.h>

namespace {

using namespace barbacane::plugin;

enum class Escaping { kNone, kJson, kHtml };

std::string_view trim_all(std::string_view text) {
  const auto is_space = [](char c) { return is_blank(c) || c == '\n' || c == '\r'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

Escaping escaping_for(std::string_view content_type) {
  const std::string type = lower(trim_all(content_type.substr(0, content_type.find(';'))));
  if (type.ends_with("/json") || type.ends_with("+json")) return Escaping::kJson;
  return type == "text/html" ? Escaping::kHtml : Escaping::kNone;
}

void append_html(std::string& out, std::string_view text) {
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

/// A body in pieces, taken apart once.
class Template {
 public:
  Template() = default;
  Template(std::string_view text, Escaping escaping) : escaping_(escaping) {
    while (!text.empty()) {
      const std::size_t open = text.find("{{");
      const std::size_t close = open == std::string_view::npos ? open : text.find("}}", open + 2);
      if (close == std::string_view::npos) break;
      if (open > 0) pieces_.push_back({Source::kLiteral, {}, std::string(text.substr(0, open))});
      pieces_.push_back(piece_for(trim_all(text.substr(open + 2, close - open - 2)),
                                  text.substr(open, close + 2 - open)));
      text.remove_prefix(close + 2);
    }
    if (!text.empty()) pieces_.push_back({Source::kLiteral, {}, std::string(text)});
  }

  std::string rendered(const Request& request) const {
    std::string out;
    for (const Piece& piece : pieces_) {
      const std::optional<std::string> value = value_of(piece, request);
      if (!value) {
        out.append(piece.literal);  // also what is unknown stays as it was written
      } else if (escaping_ == Escaping::kJson) {
        json::append_escaped(out, *value);
      } else if (escaping_ == Escaping::kHtml) {
        append_html(out, *value);
      } else {
        out.append(*value);
      }
    }
    return out;
  }

 private:
  enum class Source {
    kLiteral,
    kMethod,
    kPath,
    kQuery,
    kClientIp,
    kHeader,
    kPathParam,
    kContext,
  };
  struct Piece {
    Source source;
    std::string name;
    std::string literal;
  };

  static Piece piece_for(std::string_view key, std::string_view written) {
    struct Prefix {
      std::string_view text;
      Source source;
    };
    std::string literal(written);
    if (key == "request.method") return {Source::kMethod, {}, literal};
    if (key == "request.path") return {Source::kPath, {}, literal};
    if (key == "request.query") return {Source::kQuery, {}, literal};
    if (key == "request.client_ip") return {Source::kClientIp, {}, literal};
    for (const Prefix& prefix :
         {Prefix{"headers.", Source::kHeader}, Prefix{"path_params.", Source::kPathParam},
          Prefix{"context.", Source::kContext}}) {
      if (key.starts_with(prefix.text)) {
        return {prefix.source, std::string(key.substr(prefix.text.size())), literal};
      }
    }
    return {Source::kLiteral, {}, literal};
  }

  static std::optional<std::string> unless_absent(const Value& value) {
    return value ? std::optional(value.str()) : std::nullopt;
  }
  static std::optional<std::string> value_of(const Piece& piece, const Request& request) {
    switch (piece.source) {
      case Source::kLiteral:
        return std::nullopt;
      case Source::kMethod:
        return unless_absent(request.method());
      case Source::kPath:
        return unless_absent(request.path());
      case Source::kQuery: {
        const Value query = request.query();
        return query.view().empty() ? std::nullopt : std::optional(query.str());
      }
      case Source::kClientIp:
        return unless_absent(request.client_ip());
      case Source::kHeader:
        if (!request.has_header(piece.name)) return std::nullopt;
        return request.joined_header(piece.name);
      case Source::kPathParam:
        return unless_absent(request.path_param(piece.name));
      case Source::kContext:
        return unless_absent(request.context(piece.name));
    }
    return std::nullopt;
  }

  Escaping escaping_ = Escaping::kNone;
  std::vector<Piece> pieces_;
};

std::string must_be_zero(int number) {
  return number == 0 ? std::string() : "must be 0: only the built-in mock can wait";
}
std::string must_be_false(bool value) {
  return value ? "must be false: only the built-in mock answers from the spec" : std::string();
}

class Mock {
 public:
  struct Config {
    int status = 200;
    std::string body;
    Map<std::string> headers;
    std::string content_type = "application/json";
    int delay_ms = 0;
    bool from_spec = false;

    void bind(Fields& fields) {
      fields.optional("status", status, between(200, 599));
      fields.optional("body", body);
      fields.optional("headers", headers, must_be_headers);
      fields.optional("content_type", content_type, must_be_header_value);
      fields.optional("delay_ms", delay_ms, must_be_zero);
      fields.optional("from_spec", from_spec, must_be_false);
    }
  };

  std::string init(Config config) {
    const bool bodiless = config.status == 204 || config.status == 304;
    has_body_ = !bodiless && !config.body.empty();
    if (has_body_) body_ = Template(config.body, escaping_for(config.content_type));
    config_ = std::move(config);
    return {};
  }

  Action dispatch(Request& request) {
    Reply reply = respond(config_.status);
    for (const auto& [name, value] : config_.headers) reply.header(name, value);
    reply.header("content-type", config_.content_type);
    if (has_body_) reply.body(body_.rendered(request));
    return reply;
  }

 private:
  Config config_;
  Template body_;
  bool has_body_ = false;
};

}  // namespace

BARBACANE_DISPATCHER(Mock)
