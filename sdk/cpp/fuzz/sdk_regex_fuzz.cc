#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "barbacane/regex.h"

/// Input: a pattern, a line feed, a text. Checked besides not crashing and ending soon: every match
/// lies in the text and its groups in order, and replacing each match by itself changes nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace barbacane::plugin;
  const std::string_view input(reinterpret_cast<const char*>(data), size < 2000 ? size : 2000);
  const std::size_t line = input.find('\n');
  if (line == std::string_view::npos) return 0;
  const std::string_view text = input.substr(line + 1);
  std::string error;
  const auto regex = Regex::compile(input.substr(0, line), error);
  if (regex.has_value() != error.empty()) std::abort();
  if (!regex) return 0;
  Regex::Match match;
  if (regex->search(text, match)) {
    for (std::size_t i = 0; i < match.size(); i += 2) {
      if (match[i] < 0) continue;
      if (match[i + 1] >= 0 && match[i] > match[i + 1]) std::abort();
      if (match[i] < match[0] || match[i + 1] > match[1]) std::abort();
      if (match[i + 1] > static_cast<std::int32_t>(text.size())) std::abort();
    }
  }
  const auto itself = Replacement::parse("$0", *regex, error);
  if (!itself || itself->replace_all(*regex, text) != text) std::abort();
  return 0;
}
