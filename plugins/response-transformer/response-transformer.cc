// response-transformer: rewrites responses on their way out (plugins contract, 3.14).

#include <barbacane/plugin.h>

#include "../transform/body_changes.h"
#include "../transform/header_changes.h"

namespace {

using namespace barbacane::plugin;

std::string must_have_statuses(const Map<int>& map) {
  for (const auto& [code, status] : map) {
    const auto number = parse_integer<int>(code);
    if (!number || *number < 100 || *number > 599) {
      return concat("has a member '", code, "', which is no status from 100 to 599");
    }
  }
  return {};
}

class ResponseTransformer {
 public:
  struct Config {
    Map<int> status;
    transform::HeaderChanges headers;
    transform::BodyChanges body;

    void bind(Fields& fields) {
      fields.optional("status", status, must_have_statuses, each(between(200, 599)));
      fields.optional("headers", headers);
      fields.optional("body", body);
    }
  };

  std::string init(Config config) {
    config_ = std::move(config);
    return {};
  }

  void on_response(Response& response) {
    if (!config_.status.empty()) {
      const std::string code = integer_text(response.status());
      for (const auto& [from, to] : config_.status) {
        if (from != code) continue;
        response.set_status(to);
        break;
      }
    }
    transform::apply(config_.headers, response, [](std::string_view text) { return text; });
    if (config_.body.empty()) return;
    const auto body = response.body();
    if (!body || body->empty()) return;
    const auto node_for = [](transform::Body& target, std::string_view text) -> json::Node& {
      return target.string(text);
    };
    const auto changed = transform::applied(config_.body, *body, node_for);
    if (changed) response.set_body(*changed);
  }

 private:
  Config config_;
};

}  // namespace

BARBACANE_MIDDLEWARE(ResponseTransformer)
