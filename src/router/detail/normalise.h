#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The one form in which templates and request paths are compared.
///
/// Every segment is preceded by exactly one slash; the root is the empty text. Escapes of
/// unreserved characters (RFC 3986, 2.3) and of whole multi-byte UTF-8 sequences are decoded. Every
/// other escape stays, in upper case: `%2f` is `%2F` and never a slash. A `%` that starts no escape
/// is written `%25`. So each `%` of the normal form starts an escape, decoding a piece of it once
/// gives the bytes the client meant, and normalising it again changes nothing.
namespace barbacane::router::detail {

/// Appends a segment, or a piece of one, with its escapes in normal form. False when it holds a
/// control byte (0x00–0x1F, 0x7F), raw or escaped.
bool append_normalised(std::string_view text, std::string& out);

/// `.` or `..`; the segment is in normal form, so its escaped spellings are covered.
bool is_dot_segment(std::string_view segment);

/// A path in normal form that knows where its slashes are.
class NormalPath {
 public:
  NormalPath(std::string_view text, std::uint64_t slashes) : text_(text), slashes_(slashes) {}

  std::string_view text() const { return text_; }

  /// The first slash at or behind `from`, or the size.
  std::size_t slash_from(std::size_t from) const {
    if (from < 64) {
      if (const std::uint64_t ahead = slashes_ >> from) return from + std::countr_zero(ahead);
      if (text_.size() <= 64) return text_.size();
      from = 64;
    }
    return std::min(text_.find('/', from), text_.size());
  }

  /// The last slash before `end`, which there must be.
  std::size_t slash_before(std::size_t end) const { return text_.rfind('/', end - 1); }

 private:
  std::string_view text_;
  std::uint64_t slashes_;  ///< bit set over the first 64 bytes
};

/// The normal form of a request path, or nothing when it has a dot segment or a control byte.
/// Refers to `path` where that is in normal form already (but for trailing slashes), else to
/// `scratch`, which is overwritten.
std::optional<NormalPath> normalise(std::string_view path, std::string& scratch);

}  // namespace barbacane::router::detail
