#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "barbacane/json.h"

/// Input: a JSON text. Checked besides not crashing: what is written of a tree that was read gives
/// the same text when it is read and written again, and every string comes out as UTF-8.
namespace {

using namespace barbacane::plugin;

void check_strings(const json::Node& node) {
  std::string escaped;
  json::append_escaped(escaped, node.text);
  std::string decoded(escaped.size(), '\0');
  decoded.resize(json::unescape(escaped, decoded.data()));
  if (node.is_string() && decoded != node.text) std::abort();
  for (const json::Node* child = node.first; child != nullptr; child = child->next) {
    check_strings(*child);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  json::Document document;
  if (!document.parse(text)) return 0;
  check_strings(*document.root());
  const std::string written = document.text();
  json::Document again;
  if (!again.parse(written) || again.text() != written) std::abort();
  return 0;
}
