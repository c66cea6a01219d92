#include "gateway/dispatchers/mock.h"

#include <utility>

#include "gateway/dispatchers/mock_config.h"
#include "gateway/dispatchers/mock_from_spec.h"
#include "gateway/dispatchers/mock_template.h"
#include "gateway/request_context.h"

namespace barbacane::gateway {
namespace {

bool has_content(int status) { return status != 204 && status != 304; }

class Mock final : public Dispatcher {
 public:
  explicit Mock(MockConfig config)
      : status_(config.status),
        content_type_(std::move(config.content_type)),
        headers_(std::move(config.headers)),
        body_(has_content(config.status) ? config.body : std::string(),
              MockTemplate::escaping_for(content_type_)),
        static_body_(body_.is_static()),
        delay_(config.delay) {
    std::erase_if(headers_, [](const auto& header) { return header.first == "content-type"; });
  }

  std::string_view name() const override { return "mock"; }

  Waiting waiting() const override {
    return delay_.count() > 0 ? Waiting::kPossible : Waiting::kNever;
  }

  void answer(RequestContext& request) const override {
    http::Response& reply = request.reply;
    reply.status = status_;
    for (const auto& [name, value] : headers_) reply.add(name, value);
    reply.add("content-type", content_type_);
    reply.body = static_body_ ? body_.text() : rendered(request);
  }

  net::Task<> answer_later(RequestContext& request) const override {
    co_await request.exchange.loop().sleep(delay_);
    answer(request);
  }

 private:
  std::string_view rendered(const RequestContext& request) const {
    ArenaText text(request.arena, body_.text().size() + 128);
    body_.render(request, text);
    return text.view();
  }

  int status_;
  std::string content_type_;
  std::vector<std::pair<std::string, std::string>> headers_;
  MockTemplate body_;
  bool static_body_;
  std::chrono::milliseconds delay_;
};

}  // namespace

base::Result<std::unique_ptr<Dispatcher>> make_mock(std::string_view config) {
  auto parsed = parse_mock_config(config);
  if (!parsed) return std::unexpected(parsed.error());
  if (parsed->from_spec) return make_mock_from_spec(std::move(*parsed));
  return std::make_unique<Mock>(std::move(*parsed));
}

}  // namespace barbacane::gateway
