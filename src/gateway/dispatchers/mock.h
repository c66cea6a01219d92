#pragma once

#include <memory>
#include <string_view>

#include "gateway/dispatchers/dispatcher.h"

/// `mock`: answers what the spec says, without an upstream (plugins contract, 2.1).
namespace barbacane::gateway {

base::Result<std::unique_ptr<Dispatcher>> make_mock(std::string_view config);

}  // namespace barbacane::gateway
