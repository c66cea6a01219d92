#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "services/signature.h"

/// Any bytes as the argument of a verification: the verdict is the same when it is asked for again,
/// so nothing of one leaks into the next.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace barbacane::services;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Verdict verdict = verify_signature_json(text);
  if (verdict != verify_signature_json(text)) std::abort();
  return 0;
}
