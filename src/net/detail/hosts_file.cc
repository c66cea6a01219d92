#include "net/detail/hosts_file.h"

#include "base/file.h"
#include "base/text.h"

namespace barbacane::net::detail {
namespace {

constexpr std::size_t kMaxFile = std::size_t{4} << 20;
constexpr std::string_view kBlanks = " \t\r";

/// Takes the next word off the line; empty at its end.
std::string_view next_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(word.size());
  return word;
}

bool names(std::string_view line, std::string_view name) {
  for (auto word = next_word(line); !word.empty(); word = next_word(line)) {
    if (base::equals_ignoring_case(word, name)) return true;
  }
  return false;
}

}  // namespace

std::vector<IpAddress> find_in_hosts_file(const std::string& path, std::string_view name) {
  std::vector<IpAddress> found;
  const auto text = base::read_file(path, kMaxFile);
  if (!text) return found;
  if (name.ends_with('.')) name.remove_suffix(1);
  std::string_view rest = *text;
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    line = line.substr(0, line.find('#'));
    const auto address = parse_ip(next_word(line));
    if (address && names(line, name)) found.push_back(*address);
  }
  return found;
}

}  // namespace barbacane::net::detail
