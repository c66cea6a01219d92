#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

/// Regular expressions of schemas: ECMA-262 with the `u` flag, unanchored (JSON Schema 2020-12,
/// core 6.4; data-plane contract, 6.6).
///
/// A pattern is translated for RE2, which takes time linear in the text whatever a spec or a client
/// sends; what RE2 cannot express (look-around, back-references, large repeats) goes to PCRE2 under
/// a match limit. Immutable and safe to use from any thread.
namespace barbacane::schema {

class Pattern {
 public:
  /// The error says what is wrong and where: `unclosed group at character 5`.
  static base::Result<Pattern> compile(std::string_view source);

  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  enum class Outcome : std::uint8_t {
    kMatch,
    kNoMatch,
    kLimit,  ///< the backtracking engine gave up: neither of the two is known
  };
  /// `text` is UTF-8.
  Outcome match(std::string_view text) const;

  enum class Engine : std::uint8_t { kOwn, kRe2, kPcre2 };
  Engine engine() const;
  const std::string& source() const;

 private:
  struct Impl;
  explicit Pattern(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

/// For `format: regex`: a pattern by ECMA-262, with the `u` flag, that need not be compiled.
bool is_pattern(std::string_view source);

}  // namespace barbacane::schema
