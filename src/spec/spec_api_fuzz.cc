#include <cstdint>
#include <cstdlib>
#include <string>

#include "spec/api.h"

namespace {

/// Keeps the compiler from leaving the reads out.
volatile std::size_t sink = 0;

}  // namespace

/// Reads any description, with its references, and touches everything that came out. Nothing is
/// read from the disk: the root is a folder that does not exist.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace barbacane::spec;
  Project project("/nonexistent/project");
  const auto document =
      project.add("api.yaml", std::string(reinterpret_cast<const char*>(data), size));
  if (!document) return 0;
  const ReadResult result = read_api(project, **document);
  if (!result.api && result.diagnostics.empty()) std::abort();
  if (!result.api) return 0;
  std::size_t touched = 0;
  const auto touch = [&](NodeRef node) {
    if (node) touched += node.place().length;
    if (node) touched += project.resolve(node).has_value() ? 1 : 0;
  };
  const auto touch_content = [&](const std::vector<MediaType>& content) {
    for (const MediaType& media : content) {
      touch(media.schema);
      touch(media.encoding);
      touch(media.node);
    }
  };
  for (const Operation& operation : result.api->operations) {
    touched += operation.location().size();
    touch(operation.node);
    for (const Parameter& parameter : operation.parameters) {
      touch(parameter.schema);
      touch(parameter.node);
    }
    if (operation.request_body) touch_content(operation.request_body->content);
    for (const Response& response : operation.responses) touch_content(response.content);
  }
  sink = touched;
  return 0;
}
