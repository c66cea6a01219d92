// fire-and-forget: the client is answered, the request goes on behind its back (plugins contract,
// 3.3).

#include <barbacane/http_client.h>
#include <barbacane/plugin.h>
#include <barbacane/url.h>

namespace {

using namespace barbacane::plugin;

struct Acknowledgement {
  int status = 202;
  Map<std::string> headers;
  std::string content_type = "application/json";
  std::string body;

  void bind(Fields& fields) {
    fields.optional("status", status, between(200, 599));
    fields.optional("headers", headers, must_be_headers);
    fields.optional("content_type", content_type, must_be_header_value);
    fields.optional("body", body);
  }
};

class FireAndForget {
 public:
  struct Config {
    std::string url;
    std::int64_t timeout_ms = 5000;
    Acknowledgement response;

    void bind(Fields& fields) {
      fields.required("url", url, must_be_http_url);
      fields.optional("timeout_ms", timeout_ms, at_least(1));
      fields.optional("response", response);
    }
  };

  std::string init(Config config) {
    config_ = std::move(config);
    return {};
  }

  Action dispatch(Request& request) {
    HttpRequest call;
    call.method = request.method().str();
    call.url = config_.url;
    call.timeout_milliseconds = config_.timeout_ms;
    const HeaderList headers = request.headers();
    for (const Header header : headers) call.headers.emplace_back(header.name, header.value);
    call.body = request.body();
    note(http_detach(call));

    const Acknowledgement& answer = config_.response;
    Reply reply = respond(answer.status);
    for (const auto& [name, value] : answer.headers) reply.header(name, value);
    reply.header("content-type", answer.content_type);
    if (!answer.body.empty()) reply.body(answer.body);
    return reply;
  }

 private:
  /// A call that is queued is counted by the gateway once it is over.
  static void note(Detached outcome) {
    switch (outcome) {
      case Detached::kQueued:
        return;
      case Detached::kDone:
        return count("forwarded_total", R"({"result":"ok"})");
      case Detached::kDropped:
        log_warn("the request was not passed on: too many are waiting");
        return count("forwarded_total", R"({"result":"dropped"})");
      case Detached::kFailed:
        log_warn("passing the request on failed");
        return count("forwarded_total", R"({"result":"failed"})");
    }
  }

  Config config_;
};

}  // namespace

BARBACANE_DISPATCHER(FireAndForget)
