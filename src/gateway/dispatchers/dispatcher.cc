#include "gateway/dispatchers/dispatcher.h"

#include <algorithm>
#include <array>
#include <string>

#include "gateway/dispatchers/http_upstream.h"
#include "gateway/dispatchers/mock.h"
#include "gateway/dispatchers/ws_upstream.h"

namespace barbacane::gateway {
namespace {

using Made = base::Result<std::unique_ptr<Dispatcher>>;

struct Native {
  std::string_view name;
  Made (*make)(const DispatcherConfig& config, const DispatcherContext& context);
};

Made make_mock_of(const DispatcherConfig& config, const DispatcherContext&) {
  return make_mock(config.resolved);
}

constexpr std::array kNatives = {Native{"mock", make_mock_of},
                                 Native{"http-upstream", make_http_upstream},
                                 Native{"ws-upstream", make_ws_upstream}};

const Native* find_native(std::string_view name) {
  const auto* found = std::find_if(kNatives.begin(), kNatives.end(),
                                   [&](const Native& native) { return native.name == name; });
  return found == kNatives.end() ? nullptr : found;
}

}  // namespace

net::Task<Step> Dispatcher::answer_later(RequestContext& request) const {
  co_return answer(request);
}

bool is_native_dispatcher(std::string_view name) { return find_native(name) != nullptr; }

Made make_dispatcher(std::string_view name, const DispatcherConfig& config,
                     const DispatcherContext& context) {
  const Native* native = find_native(name);
  if (native == nullptr) return base::fail("there is no such dispatcher");
  return native->make(config, context);
}

}  // namespace barbacane::gateway
