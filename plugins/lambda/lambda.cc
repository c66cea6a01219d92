// lambda: AWS Lambda functions behind operations (plugins contract, 2.3), by their Function URL or
// through the Invoke API.

#include <barbacane/http_client.h>
#include <barbacane/plugin.h>
#include <barbacane/sigv4.h>
#include <barbacane/url.h>

#include "event.h"

namespace {

using namespace barbacane::plugin;

/// What stands in `path`: text and names of path parameters by turns.
class PathTemplate {
 public:
  explicit PathTemplate(std::string_view text = {}) {
    while (!text.empty()) {
      const std::size_t open = text.find('{');
      const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
      if (close == std::string_view::npos) break;
      pieces_.push_back({std::string(text.substr(0, open)),
                         std::string(text.substr(open + 1, close - open - 1))});
      text.remove_prefix(close + 1);
    }
    if (!text.empty()) pieces_.push_back({std::string(text), {}});
  }

  /// Nothing when a value of the client would lead elsewhere.
  std::optional<std::string> filled(const Request& request) const {
    std::string path;
    for (const auto& [text, parameter] : pieces_) {
      path.append(text);
      if (parameter.empty()) continue;
      const bool spans = parameter.ends_with('+');
      const std::string_view name =
          std::string_view(parameter).substr(0, parameter.size() - (spans ? 1 : 0));
      const Value value = request.path_param(name);
      if (!value) {
        path.append("%7B").append(percent_encode(parameter)).append("%7D");
        continue;
      }
      if (has_dot_segment(*value, "/\\")) return std::nullopt;
      path.append(percent_encode(*value, spans ? "/" : ""));
    }
    if (has_dot_segment(path, "/")) return std::nullopt;
    return path;
  }

  static bool has_dot_segment(std::string_view path, std::string_view separators) {
    for (;;) {
      const std::size_t end = path.find_first_of(separators);
      const std::string_view segment = path.substr(0, end);
      if (segment == "." || segment == "..") return true;
      if (end == std::string_view::npos) return false;
      path.remove_prefix(end + 1);
    }
  }

 private:
  std::vector<std::pair<std::string, std::string>> pieces_;
};

/// As AWS writes them: `arn:aws:lambda:REGION:…`, `ID.lambda-url.REGION.on.aws`.
std::string_view region_of_arn(std::string_view name) {
  if (!name.starts_with("arn:")) return {};
  for (int i = 0; i < 3; ++i) {
    const std::size_t colon = name.find(':');
    if (colon == std::string_view::npos) return {};
    name.remove_prefix(colon + 1);
  }
  return name.substr(0, name.find(':'));
}

std::string_view region_of_url(const Url& url) {
  constexpr std::string_view kMark = ".lambda-url.";
  const std::size_t mark = url.host.find(kMark);
  if (mark == std::string_view::npos) return {};
  const std::string_view rest = url.host.substr(mark + kMark.size());
  return rest.substr(0, rest.find('.'));
}

std::string must_be_1_to_900_seconds(const Duration& time) {
  return time.milliseconds >= 1000 && time.milliseconds <= 900'000
             ? std::string()
             : std::string("must be from 1 to 900 seconds");
}

class Lambda {
 public:
  struct Config {
    std::string url, path, function_name, qualifier, region, endpoint;
    sigv4::Credentials credentials;
    Duration timeout = Duration::seconds(30);
    bool pass_through_headers = true;

    void bind(Fields& fields) {
      fields.optional("url", url, must_be_http_url);
      fields.optional("path", path);
      fields.optional("function_name", function_name, not_empty);
      fields.optional("qualifier", qualifier, not_empty);
      fields.optional("region", region, not_empty);
      fields.optional("access_key_id", credentials.access_key_id, not_empty);
      fields.optional("secret_access_key", credentials.secret_access_key, not_empty);
      fields.optional("session_token", credentials.session_token, not_empty);
      fields.optional("endpoint", endpoint, must_be_http_url);
      fields.optional("timeout", timeout, must_be_1_to_900_seconds);
      fields.optional("pass_through_headers", pass_through_headers);
      bind_together(fields);
    }

   private:
    void bind_together(Fields& fields) {
      const bool invokes = fields.has("function_name");
      if (invokes == fields.has("url")) fields.reject("needs either 'url' or 'function_name'");
      for (const char* name : {"qualifier", "endpoint"}) {
        if (fields.has(name) && !invokes) fields.reject(name, "needs 'function_name'");
      }
      if (fields.has("path") && invokes) fields.reject("path", "needs 'url'");
      const bool signs = fields.has("access_key_id");
      if (signs != fields.has("secret_access_key")) {
        fields.reject(signs ? "secret_access_key" : "access_key_id", "is missing");
      }
      if (fields.has("session_token") && !signs)
        fields.reject("session_token", "needs 'access_key_id'");
      if (invokes && !signs) fields.reject("access_key_id", "is missing");
    }
  };

  std::string init(Config config) {
    config_ = std::move(config);
    invokes_ = !config_.function_name.empty();
    if (invokes_) {
      if (config_.region.empty()) config_.region = region_of_arn(config_.function_name);
    } else {
      const auto url = parse_url(config_.url);
      if (config_.region.empty()) config_.region = region_of_url(*url);
      if (!config_.path.empty() && !config_.path.starts_with('/')) config_.path.insert(0, "/");
      if (PathTemplate::has_dot_segment(config_.path, "/")) {
        return "'path' must not have the segments '.' and '..'";
      }
      path_ = PathTemplate(config_.path);
    }
    if (signs() && config_.region.empty()) return "'region' is missing, and nothing else tells it";
    if (invokes_) invoke_url_ = make_invoke_url();
    return {};
  }

  Action dispatch(Request& request) { return invokes_ ? invoke(request) : call_url(request); }

 private:
  bool signs() const { return !config_.credentials.access_key_id.empty(); }

  std::string make_invoke_url() const {
    std::string base = config_.endpoint;
    if (base.empty()) {
      const bool china = config_.region.starts_with("cn-");
      base = concat("https://lambda.", config_.region, ".amazonaws.com", china ? ".cn" : "");
    }
    while (base.ends_with('/')) base.pop_back();
    base += concat("/2015-03-31/functions/", percent_encode(config_.function_name), "/invocations");
    if (!config_.qualifier.empty()) base += "?Qualifier=" + percent_encode(config_.qualifier);
    return base;
  }

  // --- Function URLs

  Action call_url(Request& request) {
    const auto path = path_.filled(request);
    if (!path) {
      return problem(400, "invalid-path").detail("A path parameter has the segment '.' or '..'.");
    }
    HttpRequest call;
    call.method = request.method().str();
    call.url = url_for(*path, *request.query());
    call.timeout_milliseconds = config_.timeout.milliseconds;
    call.body = request.body();
    if (config_.pass_through_headers) {
      const HeaderList headers = request.headers();
      for (const Header header : headers) {
        if (is_hop_by_hop(header.name) || header.name == "host") continue;
        if (signs() && header.name.starts_with("x-amz-")) continue;  // part of what is signed
        call.headers.emplace_back(header.name, header.value);
      }
    }
    const bool has_body = call.body && !call.body->empty();
    if (has_body && !call.has_header("content-type")) {
      call.set_header("content-type", "application/json");
    }
    if (signs()) sign(call);
    const auto response = http_call(call);
    if (!response || !response->failure.empty()) return failed(response);
    return pass_on(*response);
  }

  std::string url_for(std::string_view path, std::string_view query) const {
    std::string_view base = config_.url;
    std::string_view own_query;
    if (const std::size_t mark = base.find('?'); mark != std::string_view::npos) {
      own_query = base.substr(mark);
      base = base.substr(0, mark);
    }
    std::string url(base);
    if (!path.empty()) {
      if (url.ends_with('/')) url.pop_back();
      url.append(path);
    }
    url.append(own_query);
    return with_query(url, signs() ? rewritten(query) : std::string(query));
  }

  /// Both sides must read the same into a signed query, so nothing in it is left to taste.
  static std::string rewritten(std::string_view query) {
    std::string out;
    for (const auto& [name, value] : parse_query(query)) {
      if (!out.empty()) out.push_back('&');
      out.append(percent_encode(name)).append("=").append(percent_encode(value));
    }
    return out;
  }

  static Action pass_on(const HttpResponse& response) {
    Reply reply = respond(response.status);
    for (const auto& [name, value] : response.headers) {
      if (!is_hop_by_hop(name)) reply.add_header(name, value);
    }
    if (!response.header("content-type")) reply.header("content-type", "application/json");
    if (!response.body.empty()) reply.body(response.body);
    return reply;
  }

  // --- the Invoke API

  Action invoke(Request& request) {
    HttpRequest call;
    call.method = "POST";
    call.url = invoke_url_;
    call.timeout_milliseconds = config_.timeout.milliseconds;
    const auto pass =
        config_.pass_through_headers ? lambda::PassHeaders::kYes : lambda::PassHeaders::kNo;
    call.body = lambda::event_for(request, pass, unix_seconds());
    call.headers = {{"content-type", "application/json"}};
    sign(call);
    const auto response = http_call(call);
    if (!response || !response->failure.empty()) return failed(response);
    if (response->status < 200 || response->status > 299) {
      log_error("the Invoke API answered ", response->status);
      return invocation_failed();
    }
    if (const auto error = response->header("x-amz-function-error")) {
      log_error("the function failed: ", *error);
      return invocation_failed();
    }
    if (lambda::answer_from(response->body)) return Action(Action::Kind::kRespond);
    log_error("the function returned no valid answer");
    return invocation_failed();
  }

  void sign(HttpRequest& call) const {
    const auto url = parse_url(call.url);
    const std::string time = sigv4::time_text(unix_seconds());
    call.set_header("x-amz-date", time);
    sigv4::Request request{call.method, url->path, url->query.value_or(""), {}, {}};
    request.headers = {{"host", host_of(*url)}, {"x-amz-date", time}};
    if (!config_.credentials.session_token.empty()) {
      call.set_header("x-amz-security-token", config_.credentials.session_token);
      request.headers.emplace_back("x-amz-security-token", config_.credentials.session_token);
    }
    if (call.body) request.body = *call.body;
    call.set_header(
        "authorization",
        sigv4::authorization(config_.credentials, {config_.region, "lambda", time}, request));
  }

  /// The header `host` as the gateway sends it: without the usual port.
  static std::string host_of(const Url& url) {
    const bool secure = equal_ignoring_case(url.scheme, "https");
    const bool usual = !url.port || *url.port == (secure ? 443 : 80);
    std::string_view authority = url.authority;
    if (url.port && usual) authority = authority.substr(0, authority.rfind(':'));
    return std::string(authority);
  }

  static Action invocation_failed() {
    return problem(502, "lambda-invocation-failed").detail("The function could not be invoked.");
  }

  static Action failed(const std::optional<HttpResponse>& response) {
    const std::string_view why = response ? std::string_view(response->failure) : "malformed call";
    log_error("the function could not be reached: ", why);
    if (why == "timeout") {
      return problem(504, "lambda-timeout").detail("The function did not answer in time.");
    }
    if (why == "circuit_open") {
      return problem(503, "lambda-unavailable").detail("The function is not available.");
    }
    return invocation_failed();
  }

  Config config_;
  PathTemplate path_;
  std::string invoke_url_;
  bool invokes_ = false;
};

}  // namespace

BARBACANE_DISPATCHER(Lambda)
