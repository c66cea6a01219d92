#include "http/h1/head_scanner.h"

#include <algorithm>

#include "http/h1/grammar.h"

namespace barbacane::http::h1 {

HeadScanner::End HeadScanner::find_end(std::string_view bytes) {
  for (;;) {
    const std::size_t feed = bytes.find('\n', looked_at_);
    if (feed == std::string_view::npos) break;
    if (feed == line_start_ || bytes[feed - 1] != '\r') return End::kBareLineFeed;
    const bool empty_line = feed == line_start_ + 1 && line_start_ > 0;
    looked_at_ = line_start_ = feed + 1;
    if (empty_line) return End::kFound;
  }
  looked_at_ = bytes.size();
  return End::kMissing;
}

bool is_unfolded(std::string_view name, std::string_view value, const char* end) {
  const char* after_colon = name.data() + name.size() + 1;
  if (value.data() < after_colon || value.data() + value.size() > end) return false;
  return std::all_of(after_colon, value.data(), is_blank);
}

}  // namespace barbacane::http::h1
