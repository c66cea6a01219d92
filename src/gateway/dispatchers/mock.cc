#include "gateway/dispatchers/mock.h"

#include <utility>

#include "gateway/dispatchers/delayed_mock.h"
#include "gateway/dispatchers/mock_config.h"
#include "gateway/dispatchers/mock_from_spec.h"
#include "gateway/dispatchers/mock_template.h"
#include "gateway/request_context.h"
#include "http/response_fields.h"

namespace barbacane::gateway {
namespace {

class Mock final : public DelayedMock {
 public:
  explicit Mock(MockConfig config)
      : DelayedMock(std::move(config.headers), config.delay),
        status_(config.status),
        content_type_(std::move(config.content_type)),
        body_(http::is_bodiless(config.status) ? std::string_view() : config.body,
              MockTemplate::escaping_for(content_type_)),
        static_body_(body_.is_static()) {}

  Step answer(RequestContext& request) const override {
    http::Response& reply = request.reply;
    reply.status = status_;
    add_headers(reply);
    reply.add("content-type", content_type_);
    reply.body = static_body_ ? body_.text() : rendered(request);
    return Step::kAnswer;
  }

 private:
  std::string_view rendered(const RequestContext& request) const {
    ArenaText text(request.arena, body_.text().size() + 128);
    body_.render(request, text);
    return text.view();
  }

  int status_;
  std::string content_type_;
  MockTemplate body_;
  bool static_body_;
};

}  // namespace

base::Result<std::unique_ptr<Dispatcher>> make_mock(std::string_view config) {
  auto parsed = parse_mock_config(config);
  if (!parsed) return std::unexpected(parsed.error());
  if (parsed->from_spec) return make_mock_from_spec(std::move(*parsed));
  return std::make_unique<Mock>(std::move(*parsed));
}

}  // namespace barbacane::gateway
