// correlation-id: one identifier for a request on its whole way (plugins contract, 3.16).

#include <barbacane/plugin.h>

namespace {

using namespace barbacane::plugin;

constexpr std::string_view kContextKey = "correlation-id";

/// Only what is safe in every log and header: 1 to 128 visible ASCII characters.
bool is_acceptable(std::string_view id) {
  if (id.empty() || id.size() > 128) return false;
  for (const char c : id) {
    if (c <= ' ' || c > '~') return false;
  }
  return true;
}

class CorrelationId {
 public:
  struct Config {
    std::string header_name = "x-correlation-id";
    bool generate_if_missing = true;
    bool trust_incoming = true;
    bool include_in_response = true;

    void bind(Fields& fields) {
      fields.optional("header_name", header_name, must_be_header_name);
      fields.optional("generate_if_missing", generate_if_missing);
      fields.optional("trust_incoming", trust_incoming);
      fields.optional("include_in_response", include_in_response);
    }
  };

  std::string init(Config config) {
    config_ = std::move(config);
    return {};
  }

  Action on_request(Request& request) {
    const Value sent = request.header(config_.header_name);
    if (sent && config_.trust_incoming && is_acceptable(*sent)) {
      // A second line of the name would let two services see two identifiers.
      use(request, *sent);
      return proceed();
    }
    if (config_.generate_if_missing) {
      if (const Value made = make_uuid()) {
        use(request, *made);
        return proceed();
      }
      log_error("no correlation id: the gateway cannot make one");
    }
    if (sent) request.remove_header(config_.header_name);
    return proceed();
  }

  void on_response(Response& response) {
    if (!config_.include_in_response) return;
    if (const Value id = response.context(kContextKey)) {
      response.set_header(config_.header_name, *id);
    }
  }

 private:
  void use(Request& request, std::string_view id) {
    request.set_header(config_.header_name, id);
    request.set_context(kContextKey, id);
  }

  Config config_;
};

}  // namespace

BARBACANE_MIDDLEWARE(CorrelationId)
