#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/text.h"
#include "spec/document.h"

/// Any bytes either make a tree that keeps the promises of tree.h, or an E1002 with a message.
namespace {

using namespace barbacane;
using namespace barbacane::spec;

void require(bool promise) {
  if (!promise) std::abort();
}

std::size_t visits = 0;

void check(const Node& node, std::size_t depth) {
  if (++visits > 100'000) return;  // aliases multiply
  require(depth <= ParseLimits{}.nesting + 1);
  require(node.position().known() && node.position().column > 0);
  require(base::is_utf8(node.text()));
  if (node.is_number())
    require(parse_document("n", "{\"n\":" + std::string(node.text()) + "}").has_value());
  for (const Node* item : node.items()) check(*item, depth + 1);
  for (const Member& member : node.members()) {
    require(base::is_utf8(member.key) && member.key_position.known());
    require(node.find_member(member.key) == &member);
    check(*member.value, depth + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document =
      parse_document("api.yaml", std::string(reinterpret_cast<const char*>(data), size));
  if (!document) {
    require(document.error().code == "E1002" && !document.error().message.ends_with(": "));
    return 0;
  }
  visits = 0;
  require((*document)->root().is_object());
  check((*document)->root(), 1);
  return 0;
}
