#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "wasm/module_check.h"

/// Input: a module, or whatever else. Checked besides not crashing: every view lies in the input,
/// and the check gives facts or a reason.
namespace {

using namespace barbacane::wasm;

void require(bool holds) {
  if (!holds) std::abort();
}

void require_inside(std::string_view view, std::string_view module) {
  if (view.empty()) return;
  require(view.data() >= module.data());
  require(view.data() + view.size() <= module.data() + module.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view module(reinterpret_cast<const char*>(data), size);
  const Outline outline = outline_of(module);
  for (const Import& import : outline.imports) {
    require_inside(import.module, module);
    require_inside(import.name, module);
    to_string(import.type);
  }
  for (const Export& exported : outline.exports) {
    require_inside(exported.name, module);
    to_string(exported.type);
  }
  for (const CustomSection& section : outline.custom_sections) {
    require_inside(section.name, module);
    require_inside(section.payload, module);
  }
  require(is_module(module) || !outline.fault.empty());
  for (const CapabilitySet capabilities : {CapabilitySet(), CapabilitySet::all()}) {
    const auto facts =
        check_module(outline, {.capabilities = capabilities, .kind = {}, .limits = {}});
    require(facts || !facts.error().empty());
  }
  return 0;
}
