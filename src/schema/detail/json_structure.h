#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string_view>

#include "schema/json.h"

namespace simdjson::internal {
class dom_parser_implementation;  // NOLINT(readability-identifier-naming): not ours
}

/// Where the tokens of a JSON text begin: simdjson's first stage, and nothing else of simdjson.
///
/// It checks that the text is UTF-8, that strings are closed and hold no control characters, and
/// finds the offset of every token outside of strings: `{ } [ ] : ,`, opening quotes, and the first
/// byte of anything else that follows one of these, a closing quote or white space. It does so 64
/// bytes at a time with the widest instructions of the processor it runs on, in a library built for
/// the oldest.
///
/// simdjson offers stages only to its own parsers; the class behind them is in its public header,
/// in the namespace `internal`. Should it go: `dom::parser` keeps the same object as
/// `implementation`, and failing that a scalar loop gives the same offsets at a fifth of the speed.
namespace barbacane::schema::detail {

class JsonStructure {
 public:
  JsonStructure();
  ~JsonStructure();

  /// The offsets in rising order, at least one. One more element may be read behind them: it is the
  /// size of the text. They hold until the next call.
  std::expected<std::span<const std::uint32_t>, JsonError> find(std::string_view text);

  std::size_t bytes() const;
  void release();

 private:
  JsonError explain(int error, std::string_view text) const;

  std::unique_ptr<simdjson::internal::dom_parser_implementation> stages_;
};

/// What is wrong with the encoding or the strings of a text that the first stage refused; scalar,
/// as only refused texts come here.
JsonError find_flaw(std::string_view text);

}  // namespace barbacane::schema::detail
