#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "barbacane/json.h"
#include "barbacane/message.h"
#include "barbacane/reason_phrase.h"

/// What a handler returns: `proceed()`, a response, or a problem document.
///
///     if (!allowed) return problem(403, "ip-restricted").detail("no entry").member("ip", ip);
///     if (known) return respond(200).header("content-type", "text/plain").body("hello");
///     return proceed();
namespace barbacane::plugin {

/// The verdict of `on_request`, or how `dispatch` went.
class Action {
 public:
  enum class Kind : std::int32_t { kProceed = 0, kRespond = 1, kFail = 2 };
  constexpr explicit Action(Kind kind) : kind_(kind) {}
  constexpr Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

/// On to the next plugin. Not for dispatchers.
constexpr Action proceed() { return Action(Action::Kind::kProceed); }
/// The gateway answers 500; for what should not happen.
constexpr Action fail() { return Action(Action::Kind::kFail); }

/// A response under construction; there is one a call.
class Reply {
 public:
  explicit Reply(int status) { host::set_status(status); }
  Reply& header(std::string_view name, std::string_view value) {
    host::set_header(host::Which::kResponse, name, value);
    return *this;
  }
  Reply& add_header(std::string_view name, std::string_view value) {
    host::add_header(host::Which::kResponse, name, value);
    return *this;
  }
  Reply& body(std::string_view body) {
    host::set_body(host::Which::kResponse, body);
    return *this;
  }
  operator Action() const { return Action(Action::Kind::kRespond); }  // NOLINT: reads as a verdict
};

inline Reply respond(int status) { return Reply(status); }

/// A problem document (RFC 9457) under construction: type `urn:barbacane:error:{suffix}`.
class Problem {
 public:
  Problem(int status, std::string_view suffix, std::string_view title = {});
  Problem& title(std::string_view title) {
    title_ = title;
    return *this;
  }
  Problem& detail(std::string_view detail) {
    detail_ = detail;
    return *this;
  }
  /// An extension member.
  Problem& member(std::string_view name, std::string_view value);
  Problem& header(std::string_view name, std::string_view value) {
    host::set_header(host::Which::kResponse, name, value);
    return *this;
  }
  operator Action() const;  // NOLINT: reads as a verdict

 private:
  int status_;
  std::string suffix_, title_, detail_, members_;
};

/// Without a title: the status's reason phrase.
inline Problem problem(int status, std::string_view suffix, std::string_view title = {}) {
  return {status, suffix, title};
}

}  // namespace barbacane::plugin
