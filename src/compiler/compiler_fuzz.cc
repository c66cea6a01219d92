#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "artifact/artifact.h"
#include "base/diagnostic_text.h"
#include "compiler/compiler.h"

/// Compiles a whole document. A byte 0 splits the input into manifest, spec and a second spec.
/// What compiles must load again; what does not must say why, in a way that can be shown.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace barbacane;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto next = [&] {
    const std::string_view part = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    return std::string(part);
  };
  compiler::TextRequest request;
  std::string first = next();
  if (!rest.empty()) {
    request.manifest = std::move(first);
    first = next();
  }
  request.specs.push_back({"a.yaml", std::move(first)});
  if (!rest.empty()) request.specs.push_back({"b.yaml", next()});

  const compiler::CompileOutcome outcome = compiler::compile_texts(request);
  for (const base::Diagnostic& diagnostic : outcome.diagnostics) {
    const auto source = [&](std::string_view file) { return outcome.sources->text(file); };
    if (base::render(diagnostic, source, base::Colours::kOff).empty()) std::abort();
  }
  if (outcome.ok()) {
    if (base::has_errors(outcome.diagnostics)) std::abort();
    if (!artifact::open(outcome.archive)) std::abort();
  } else if (!outcome.setup_error && !base::has_errors(outcome.diagnostics)) {
    std::abort();
  }
  return 0;
}
