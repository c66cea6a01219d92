// request-transformer: rewrites requests on their way in (plugins contract, 3.13).

#include <barbacane/plugin.h>
#include <barbacane/regex.h>
#include <barbacane/url.h>

#include "../transform/body_changes.h"
#include "../transform/header_changes.h"

namespace {

using namespace barbacane::plugin;

struct Replace {
  std::string pattern, replacement;
  void bind(Fields& fields) {
    fields.required("pattern", pattern);
    fields.required("replacement", replacement);
  }
};

struct PathChanges {
  std::string strip_prefix, add_prefix;
  std::optional<Replace> replace;
  void bind(Fields& fields) {
    fields.optional("strip_prefix", strip_prefix);
    fields.optional("add_prefix", add_prefix);
    fields.optional("replace", replace);
  }
};

struct QueryChanges {
  std::vector<std::string> remove;
  Map<std::string> rename, add;
  void bind(Fields& fields) {
    fields.optional("remove", remove);
    fields.optional("rename", rename);
    fields.optional("add", add);
  }
  bool empty() const { return remove.empty() && rename.empty() && add.empty(); }
};

/// A value of the config that stands for something of the request: `$header.x-a`, `context:key`.
struct Variable {
  enum class Source { kNone, kClientIp, kPath, kHeader, kQuery, kContext };
  Source source = Source::kNone;
  std::string_view name;

  static Variable parse(std::string_view text) {
    struct Prefix {
      std::string_view text;
      Source source;
    };
    if (text == "$client_ip") return {Source::kClientIp, {}};
    for (const Prefix& prefix :
         {Prefix{"$path.", Source::kPath}, Prefix{"$header.", Source::kHeader},
          Prefix{"$query.", Source::kQuery}, Prefix{"context:", Source::kContext}}) {
      if (text.starts_with(prefix.text)) return {prefix.source, text.substr(prefix.text.size())};
    }
    return {};
  }

  std::string value(const Request& request) const {
    switch (source) {
      case Source::kClientIp:
        return request.client_ip().str();
      case Source::kPath:
        return request.path_param(name).str();
      case Source::kHeader:
        return request.joined_header(lower(name));
      case Source::kQuery:
        return find_parameter(request.query().view(), name).value_or("");
      case Source::kContext:
        return request.context(name).str();
      case Source::kNone:
        break;
    }
    return {};
  }
};

/// Variables as the request came in, before this plugin changes what they read.
class Values {
 public:
  void read(const Request& request, const Map<std::string>& texts) {
    for (const auto& [name, text] : texts) {
      const Variable variable = Variable::parse(text);
      if (variable.source != Variable::Source::kNone && find(text) == nullptr) {
        known_.emplace_back(text, variable.value(request));
      }
    }
  }
  /// Nothing for a text that stands for itself.
  const std::string* find(std::string_view text) const {
    for (const auto& [known, value] : known_) {
      if (known == text) return &value;
    }
    return nullptr;
  }
  std::string_view of(std::string_view text) const {
    const std::string* value = find(text);
    return value != nullptr ? *value : text;
  }

 private:
  std::vector<std::pair<std::string_view, std::string>> known_;
};

class RequestTransformer {
 public:
  struct Config {
    PathChanges path;
    transform::HeaderChanges headers;
    QueryChanges querystring;
    transform::BodyChanges body;

    void bind(Fields& fields) {
      fields.optional("path", path);
      fields.optional("headers", headers);
      fields.optional("querystring", querystring);
      fields.optional("body", body);
    }
  };

  std::string init(Config config) {
    config_ = std::move(config);
    if (!config_.path.replace) return {};
    std::string error;
    pattern_ = Regex::compile(config_.path.replace->pattern, error);
    if (!pattern_) return "'path.replace.pattern' is no regular expression: " + error;
    replacement_ = Replacement::parse(config_.path.replace->replacement, *pattern_, error);
    if (!replacement_) return "'path.replace.replacement': " + error;
    return {};
  }

  Action on_request(Request& request) {
    Values values;
    for (const auto* texts : {&config_.headers.set, &config_.headers.add, &config_.querystring.add,
                              &config_.body.add}) {
      values.read(request, *texts);
    }
    change_path(request);
    transform::apply(config_.headers, request,
                     [&](std::string_view text) { return values.of(text); });
    change_query(request, values);
    change_body(request, values);
    return proceed();
  }

 private:
  void change_path(Request& request) const {
    const PathChanges& changes = config_.path;
    if (changes.strip_prefix.empty() && changes.add_prefix.empty() && !pattern_) return;
    const Value before = request.path();
    std::string path = stripped(*before, changes.strip_prefix);
    if (!changes.add_prefix.empty()) {
      std::string_view prefix = changes.add_prefix;
      while (prefix.ends_with('/')) prefix.remove_suffix(1);
      path.insert(0, prefix);
    }
    if (pattern_) path = replacement_->replace_all(*pattern_, path);
    if (!path.starts_with('/')) path.insert(0, "/");
    if (path != *before) request.set_path(path);
  }

  static std::string stripped(std::string_view path, std::string_view prefix) {
    if (prefix.empty() || !path.starts_with(prefix)) return std::string(path);
    const std::string_view rest = path.substr(prefix.size());
    if (!rest.empty() && rest.front() != '/' && !prefix.ends_with('/')) return std::string(path);
    return rest.starts_with('/') ? std::string(rest) : concat('/', rest);
  }

  void change_query(Request& request, const Values& values) const {
    const QueryChanges& changes = config_.querystring;
    if (changes.empty()) return;
    const Value query = request.query();
    const Parameters before = parse_query(query.view());
    Parameters parameters = before;
    const auto remove = [&](std::string_view name) {
      std::erase_if(parameters, [&](const auto& one) { return one.first == name; });
    };
    for (const std::string& name : changes.remove) remove(name);
    for (const auto& [from, to] : changes.rename) {
      if (from == to) continue;
      for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (parameters[i].first != from) continue;
        std::string value = std::move(parameters[i].second);
        parameters.erase(parameters.begin() + static_cast<std::ptrdiff_t>(i));
        remove(to);
        parameters.emplace_back(to, std::move(value));
        break;
      }
    }
    for (const auto& [name, text] : changes.add) {
      remove(name);
      parameters.emplace_back(name, values.of(text));
    }
    // An unchanged query stays as it was written.
    if (parameters != before) request.set_query(form_text(parameters));
  }

  void change_body(Request& request, const Values& values) const {
    if (config_.body.empty()) return;
    const auto body = request.body();
    if (!body || body->empty()) return;
    const auto node_for = [&](transform::Body& target, std::string_view text) -> json::Node& {
      const std::string* value = values.find(text);
      return value != nullptr ? target.scalar(*value) : target.string(text);
    };
    const auto changed = transform::applied(config_.body, *body, node_for);
    if (changed) request.set_body(*changed);
  }

  Config config_;
  std::optional<Regex> pattern_;
  std::optional<Replacement> replacement_;
};

}  // namespace

BARBACANE_MIDDLEWARE(RequestTransformer)
