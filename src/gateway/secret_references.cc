#include "gateway/detail/secret_references.h"

#include <algorithm>
#include <array>

namespace barbacane::gateway {
namespace {

constexpr std::array<std::string_view, 5> kSchemes = {"env://", "file://", "vault://", "aws-sm://",
                                                      "k8s://"};

}  // namespace

bool is_secret_reference(std::string_view text) {
  return std::any_of(kSchemes.begin(), kSchemes.end(),
                     [&](std::string_view scheme) { return text.starts_with(scheme); });
}

}  // namespace barbacane::gateway
