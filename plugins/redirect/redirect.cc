// redirect: sends clients elsewhere (plugins contract, 3.12).

#include <algorithm>

#include <barbacane/plugin.h>
#include <barbacane/url.h>

namespace {

using namespace barbacane::plugin;

struct Rule {
  std::string target;
  std::optional<std::string> path, prefix;
  std::optional<int> status_code;

  void bind(Fields& fields) {
    fields.required("target", target, not_empty);
    fields.optional("path", path);
    fields.optional("prefix", prefix);
    fields.optional("status_code", status_code, one_of(301, 302, 303, 307, 308));
    if (path && prefix) fields.reject("prefix", "excludes 'path'");
  }

  /// What follows the prefix, empty for the other kinds of rule; nothing when the rule does not
  /// fit.
  std::optional<std::string_view> rest_of(std::string_view request_path) const {
    if (path) return request_path == *path ? std::optional(std::string_view()) : std::nullopt;
    if (!prefix) return std::string_view();
    if (!request_path.starts_with(*prefix)) return std::nullopt;
    const std::string_view rest = request_path.substr(prefix->size());
    const bool at_border = rest.empty() || rest.front() == '/' || prefix->ends_with('/');
    return at_border ? std::optional(rest) : std::nullopt;
  }
};

/// Bytes that have no place in a URL, and the backslash, which browsers take for a slash, escaped.
std::string made_safe(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7F || c == '\\') {
      out.append(percent_encode({&c, 1}));
    } else {
      out.push_back(c);
    }
  }
  return out;
}

/// The rest of the path behind the target's path, with one slash at the joint, so that no path of a
/// client makes a host of itself (`//host`).
std::string joined(std::string_view target, std::string_view rest) {
  while (!rest.empty() && (rest.front() == '/' || rest.front() == '\\')) rest.remove_prefix(1);
  const std::size_t end = std::min(target.find_first_of("?#"), target.size());
  std::string out(target.substr(0, end));
  if (!out.ends_with('/')) out.push_back('/');
  return out.append(made_safe(rest)).append(target.substr(end));
}

class Redirect {
 public:
  struct Config {
    std::vector<Rule> rules;
    int status_code = 302;
    bool preserve_query = true;

    void bind(Fields& fields) {
      fields.required("rules", rules, not_empty);
      fields.optional("status_code", status_code, one_of(301, 302, 303, 307, 308));
      fields.optional("preserve_query", preserve_query);
    }
  };

  std::string init(Config config) {
    config_ = std::move(config);
    for (Rule& rule : config_.rules) rule.target = made_safe(rule.target);
    return {};
  }

  Action on_request(Request& request) {
    const Value path = request.path();
    for (const Rule& rule : config_.rules) {
      const auto rest = rule.rest_of(*path);
      if (!rest) continue;
      std::string location = rest->empty() ? rule.target : joined(rule.target, *rest);
      if (config_.preserve_query) {
        if (const Value query = request.query()) {
          location = with_query(location, made_safe(*query));
        }
      }
      const int status = rule.status_code.value_or(config_.status_code);
      return respond(status)
          .header("location", location)
          .header("content-type", "text/plain")
          .body(reason_phrase(status));
    }
    return proceed();
  }

 private:
  Config config_;
};

}  // namespace

BARBACANE_MIDDLEWARE(Redirect)
