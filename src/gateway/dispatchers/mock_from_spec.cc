#include "gateway/dispatchers/mock_from_spec.h"

#include <array>
#include <utility>

#include "gateway/arena_text.h"
#include "gateway/dispatchers/delayed_mock.h"
#include "gateway/dispatchers/mock_answers.h"
#include "gateway/dispatchers/preferences.h"
#include "gateway/request_context.h"
#include "gateway/snapshot.h"
#include "http/h1/grammar.h"
#include "http/response_fields.h"

namespace barbacane::gateway {
namespace {

/// The value of `preference-applied` (RFC 7240, 3).
std::string_view applied(const MockAnswers::Choice& choice, std::pmr::memory_resource* arena) {
  ArenaText text(arena, 64);
  if (choice.honoured_code) {
    const int code = choice.status;
    const std::array<char, 3> digits = {static_cast<char>('0' + code / 100),
                                        static_cast<char>('0' + code / 10 % 10),
                                        static_cast<char>('0' + code % 10)};
    text.append("code=");
    text.append({digits.data(), digits.size()});
  }
  if (choice.honoured_example) {
    const std::string_view name = choice.answer->name;
    if (choice.honoured_code) text.append(", ");
    text.append("example=");
    if (http::h1::is_token(name)) {
      text.append(name);
    } else {
      text.push_back('"');
      for (char c : name) {
        if (c == '"' || c == '\\') text.push_back('\\');
        text.push_back(c);
      }
      text.push_back('"');
    }
  }
  return text.view();
}

class MockFromSpec final : public DelayedMock {
 public:
  explicit MockFromSpec(MockConfig config) : DelayedMock(std::move(config.headers), config.delay) {}

  Step answer(RequestContext& request) const override {
    const Preferences wish =
        parse_preferences(request_field(request, "prefer").value_or(std::string_view()));
    const std::string_view accept = request_field(request, "accept").value_or(std::string_view());
    const MockAnswers* answers = request.operation->mock_answers.get();
    const MockAnswers::Choice choice =
        answers == nullptr ? MockAnswers::Choice() : answers->choose(wish, accept);
    http::Response& reply = request.reply;
    reply.status = choice.status;
    add_headers(reply);
    if (choice.honoured_code || choice.honoured_example) {
      reply.add("preference-applied", applied(choice, request.arena));
    }
    const bool has_body = choice.answer != nullptr && !choice.answer->content_type.empty() &&
                          !http::is_bodiless(choice.status);
    if (has_body) {
      reply.add("content-type", choice.answer->content_type);
      reply.body = choice.answer->body;
    }
    return Step::kAnswer;
  }
};

}  // namespace

std::unique_ptr<Dispatcher> make_mock_from_spec(MockConfig config) {
  return std::make_unique<MockFromSpec>(std::move(config));
}

}  // namespace barbacane::gateway
