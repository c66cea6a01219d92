#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

/// Regular expressions of schemas: ECMA-262 with the `u` flag, unanchored (JSON Schema 2020-12,
/// core 6.4; data-plane contract, 6.6).
///
/// A match ends within two or three seconds at worst, whatever a spec or a client sends; what
/// bounds its time depends on the engine, of which a pattern gets the first that will do:
/// - our own: the text, times 64 characters where a match may start anywhere;
/// - RE2: the text alone as long as its automaton fits into memory. As it may not, text times
///   places in the pattern (its characters and classes, repeats written out; up to 16 for a class
///   beyond ASCII) is bounded by 2·10^8: 900 places take texts to 200 KiB, 190 to 1 MiB;
/// - PCRE2, for look-around, back-references and large repeats: 10^8 looks at a byte.
/// Beyond these bounds the outcome is kLimit, never a silent "no match". They are those of one
/// match: who matches many texts of one client adds up.
///
/// Immutable and safe to use from any thread.
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
    kLimit,  ///< it would take too long: neither of the two is known
  };
  /// `text` is UTF-8.
  Outcome match(std::string_view text) const;

  /// The same, and about how many looks at a byte it took: what a caller with many texts adds up,
  /// since the bounds of the engines hold for one match each.
  struct Measured {
    Outcome outcome;
    std::uint64_t looks;
  };
  Measured measured_match(std::string_view text) const;

  enum class Engine : std::uint8_t { kOwn, kRe2, kPcre2 };
  Engine engine() const;
  const std::string& source() const;

 private:
  struct Impl;
  explicit Pattern(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

/// For `format: regex`: a pattern by ECMA-262, with the `u` flag, that need not be compiled. Takes
/// time about linear in the source, of which 64 KiB and 256 named groups are the most.
bool is_pattern(std::string_view source);

}  // namespace barbacane::schema
