#include "gateway/dispatchers/dispatcher.h"

#include <algorithm>
#include <array>
#include <string>

#include "gateway/dispatchers/http_upstream.h"
#include "gateway/dispatchers/mock.h"

namespace barbacane::gateway {
namespace {

struct Native {
  std::string_view name;
  base::Result<std::unique_ptr<Dispatcher>> (*make)(std::string_view config);
};

constexpr std::array kNatives = {Native{"mock", make_mock},
                                 Native{"http-upstream", make_http_upstream}};

const Native* find_native(std::string_view name) {
  const auto* found = std::find_if(kNatives.begin(), kNatives.end(),
                                   [&](const Native& native) { return native.name == name; });
  return found == kNatives.end() ? nullptr : found;
}

}  // namespace

net::Task<> Dispatcher::answer_later(RequestContext& request) const {
  answer(request);
  co_return;
}

bool is_native_dispatcher(std::string_view name) { return find_native(name) != nullptr; }

base::Result<std::unique_ptr<Dispatcher>> make_dispatcher(std::string_view name,
                                                          std::string_view config) {
  const Native* native = find_native(name);
  if (native == nullptr) return base::fail("there is no such dispatcher");
  return native->make(config);
}

}  // namespace barbacane::gateway
