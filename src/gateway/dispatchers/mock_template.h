#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/arena_text.h"

/// Bodies of the mock dispatcher with `{{key}}` in them (plugins contract, 2.1).
///
/// Taken apart once, when the artifact is loaded. Values are inserted as text of the body's media
/// type, so that a client cannot write markup or end a JSON string; a key that is unknown or has no
/// value stays as it was written. Values are not looked at again.
namespace barbacane::gateway {

struct RequestContext;

class MockTemplate {
 public:
  enum class Escaping { kNone, kJson, kHtml };
  /// By media type: JSON and `+json`, `text/html`, everything else.
  static Escaping escaping_for(std::string_view content_type);

  MockTemplate(std::string_view text, Escaping escaping);

  /// There is nothing to insert; `text` is the body.
  bool is_static() const;
  std::string_view text() const { return text_; }

  void render(const RequestContext& request, ArenaText& out) const;

 private:
  enum class Source {
    kLiteral,
    kMethod,
    kPath,
    kQuery,
    kClientIp,
    kField,
    kPathValue,
    kContext,
  };
  struct Piece {
    Source source;
    std::string name;     ///< of the field or path parameter
    std::string literal;  ///< as written
  };

  static Piece piece_for(std::string_view key, std::string_view written);

  std::string text_;
  Escaping escaping_;
  std::vector<Piece> pieces_;
};

}  // namespace barbacane::gateway
