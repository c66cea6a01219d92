#pragma once

#include <memory>
#include <span>

#include "base/result.h"
#include "router/detail/trie.h"
#include "router/router.h"

namespace barbacane::router::detail {

/// Parses the templates and lays out the trie; the failures are those of `RouteTable::build`.
base::Result<std::unique_ptr<const Trie>> build_trie(std::span<const RouteSpec> routes);

}  // namespace barbacane::router::detail
