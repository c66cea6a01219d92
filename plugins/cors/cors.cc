// cors: what browsers ask before a script of another origin may call (plugins contract, 3.15;
// Fetch standard, 3.2).

#include <algorithm>

#include <barbacane/plugin.h>

namespace {

using namespace barbacane::plugin;

constexpr std::string_view kContextKey = "cors.origin";

/// One entry of `allowed_origins`.
class OriginPattern {
 public:
  explicit OriginPattern(std::string_view text) : text_(text) {}

  bool is_any() const { return text_ == "*"; }
  bool matches(std::string_view origin) const {
    if (!text_.starts_with("*.")) return text_ == origin;
    for (const std::string_view scheme : {"https://", "http://"}) {
      if (!origin.starts_with(scheme)) continue;
      const std::string_view host = origin.substr(scheme.size());
      const std::string_view domain = std::string_view(text_).substr(1);  // with its dot
      return host.size() > domain.size() && host.ends_with(domain) &&
             is_name(host.substr(0, host.size() - domain.size()));
    }
    return false;
  }

 private:
  /// Nothing that would end the host early, as in `https://evil/.example.com`.
  static bool is_name(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
      return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
    });
  }

  std::string text_;
};

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& one : list) out.append(out.empty() ? "" : ", ").append(one);
  return out;
}

bool contains(const std::vector<std::string>& list, std::string_view wanted) {
  return std::any_of(list.begin(), list.end(),
                     [&](const std::string& one) { return equal_ignoring_case(one, wanted); });
}

class Cors {
 public:
  struct Config {
    std::vector<std::string> allowed_origins;
    std::vector<std::string> allowed_methods = {"GET", "POST"};
    std::vector<std::string> allowed_headers;
    std::vector<std::string> expose_headers;
    std::int64_t max_age = 3600;
    bool allow_credentials = false;

    void bind(Fields& fields) {
      if (fields.has("allow_origin")) {
        std::string origin;
        fields.optional("allow_origin", origin, not_empty);
        if (fields.has("allowed_origins")) {
          fields.reject("allow_origin", "excludes 'allowed_origins'");
        }
        allowed_origins = {origin};
      } else {
        fields.required("allowed_origins", allowed_origins, not_empty, each(not_empty));
      }
      fields.optional("allowed_methods", allowed_methods,
                      each(one_of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")));
      fields.optional("allowed_headers", allowed_headers, each(must_be_header_name));
      fields.optional("expose_headers", expose_headers, each(must_be_header_name));
      fields.optional("max_age", max_age, at_least(0));
      fields.optional("allow_credentials", allow_credentials);
    }
  };

  std::string init(Config config) {
    credentials_ = config.allow_credentials;
    for (const std::string& origin : config.allowed_origins) {
      OriginPattern pattern(origin);
      if (!pattern.is_any()) {
        patterns_.push_back(std::move(pattern));
      } else if (credentials_) {
        log_warn("the origin '*' is ignored: 'allow_credentials' excludes it");
      } else {
        any_origin_ = true;
      }
    }
    any_header_ = contains(config.allowed_headers, "*");
    methods_ = std::move(config.allowed_methods);
    headers_ = std::move(config.allowed_headers);
    method_list_ = joined(methods_);
    header_list_ = joined(headers_);
    exposed_ = joined(config.expose_headers);
    max_age_ = integer_text(config.max_age);
    return {};
  }

  Action on_request(Request& request) {
    const Value origin = request.header("origin");
    if (!origin) return proceed();
    if (!is_allowed(*origin)) return refuse("The origin is not allowed.");
    const Value method = request.header("access-control-request-method");
    if (method && *request.method() == "OPTIONS") return preflight(request, *origin, *method);
    request.set_context(kContextKey, *origin);
    return proceed();
  }

  void on_response(Response& response) {
    const Value origin = response.context(kContextKey);
    // Another `cors` of the chain may have let the origin in; this one speaks for itself.
    const bool accepted = origin && is_allowed(*origin);
    if (any_origin_) {
      response.set_header("access-control-allow-origin", "*");
    } else if (accepted) {
      response.set_header("access-control-allow-origin", *origin);
      add_vary(response);
    }
    if (!accepted) return;
    if (!exposed_.empty()) response.set_header("access-control-expose-headers", exposed_);
    if (credentials_) response.set_header("access-control-allow-credentials", "true");
  }

 private:
  bool is_allowed(std::string_view origin) const {
    return any_origin_ ||
           std::any_of(patterns_.begin(), patterns_.end(),
                       [&](const OriginPattern& pattern) { return pattern.matches(origin); });
  }

  static Action refuse(std::string_view why) {
    return problem(403, "cors-not-allowed", "CORS Not Allowed")
        .detail(why)
        .header("vary", "Origin");
  }

  Action preflight(Request& request, std::string_view origin, std::string_view method) const {
    if (!contains(methods_, method)) return refuse("The method is not allowed.");
    const std::string wanted = request.joined_header("access-control-request-headers");
    bool all_allowed = true;
    for_each_element(wanted, ',', [&](std::string_view name) {
      all_allowed = all_allowed && (any_header_ || is_safe(name) || contains(headers_, name));
    });
    if (!all_allowed) return refuse("A header is not allowed.");

    Reply reply = respond(204);
    reply.header("access-control-allow-origin", any_origin_ ? "*" : origin);
    reply.header("access-control-allow-methods", method_list_);
    const std::string& names = any_header_ ? wanted : header_list_;
    if (!names.empty()) reply.header("access-control-allow-headers", names);
    reply.header("access-control-max-age", max_age_);
    if (credentials_) reply.header("access-control-allow-credentials", "true");
    return reply.header("vary",
                        "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
  }

  /// Request headers that need no permission (Fetch standard, 2.2.2).
  static bool is_safe(std::string_view name) {
    for (const std::string_view safe :
         {"accept", "accept-language", "content-language", "content-type"}) {
      if (equal_ignoring_case(name, safe)) return true;
    }
    return false;
  }

  static void add_vary(Response& response) {
    const std::string vary = response.joined_header("vary");
    bool covered = false;
    for_each_element(vary, ',', [&](std::string_view name) {
      covered = covered || name == "*" || equal_ignoring_case(name, "origin");
    });
    if (!covered) response.set_header("vary", vary.empty() ? "Origin" : vary + ", Origin");
  }

  std::vector<OriginPattern> patterns_;
  std::vector<std::string> methods_, headers_;
  std::string method_list_, header_list_, exposed_, max_age_;
  bool any_origin_ = false;
  bool any_header_ = false;
  bool credentials_ = false;
};

}  // namespace

BARBACANE_MIDDLEWARE(Cors)
