#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <memory_resource>
#include <optional>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "net/task.h"

/// The body of an answer that comes from elsewhere while it is sent.
///
/// A dispatcher that streams leaves one in the request's context; the last stage draws from it as
/// fast as the client takes it, which is how a slow client holds an upstream back. Lives in the
/// arena of the request.
namespace barbacane::gateway {

class AnswerBody {
 public:
  virtual ~AnswerBody() = default;

  /// Nothing when nobody knows, or when there is no body.
  virtual std::optional<std::uint64_t> length() const = 0;

  /// Where it broke off; the log knows more.
  struct Broken {};
  using Part = std::expected<std::string_view, Broken>;
  /// What is here already; empty when that is nothing, or everything was had. Holds until the next
  /// call.
  virtual Part buffered() = 0;
  virtual bool ended() const = 0;
  /// The next piece; empty at the end.
  virtual net::Task<Part> next() = 0;
  virtual void append_trailers(std::pmr::vector<http::Field>& fields) const = 0;
  /// Nothing more will be asked: everything that still runs on behalf of the request ends. Always
  /// called, once.
  virtual net::Task<> close() = 0;
};

struct DestroyInArena {
  void operator()(AnswerBody* body) const { body->~AnswerBody(); }
};
using AnswerBodyPtr = std::unique_ptr<AnswerBody, DestroyInArena>;

}  // namespace barbacane::gateway
