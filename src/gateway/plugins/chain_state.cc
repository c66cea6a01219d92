#include "gateway/plugins/chain_state.h"

namespace barbacane::gateway {

void reindex(http::RequestHead& head) {
  head.first.fill(-1);
  for (std::size_t i = 0; i < head.fields.size(); ++i) {
    if (head.fields[i].known == http::KnownField::kOther) continue;
    auto& first = head.first[static_cast<std::size_t>(head.fields[i].known)];
    if (first < 0) first = static_cast<std::int16_t>(i);
  }
}

}  // namespace barbacane::gateway
