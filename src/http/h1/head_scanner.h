#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// What the parsers of request and response heads do before and around Beast.
namespace barbacane::http::h1 {

/// Looks for the empty line that ends a head, every line of it closed by CRLF.
class HeadScanner {
 public:
  enum class End : std::uint8_t { kFound, kMissing, kBareLineFeed };

  /// Goes on where the last look at the same, shorter bytes stopped.
  End find_end(std::string_view bytes);
  /// Of the head, after kFound.
  std::size_t length() const { return looked_at_; }
  void begin() { looked_at_ = line_start_ = 0; }

 private:
  std::size_t looked_at_ = 0;
  std::size_t line_start_ = 0;
};

/// True when nothing but blanks stands between a field's colon and its value. Beast unfolds
/// continuation lines by copying them, or by skipping an empty first line: both show here.
bool is_unfolded(std::string_view name, std::string_view value, const char* end);

}  // namespace barbacane::http::h1
