#include "compiler/detail/spec_unit.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "compiler/detail/json_text.h"

namespace barbacane::compiler {

artifact::Json PluginMention::config_text() const {
  if (made_config) return *made_config;
  return config ? json_text(*config.node) : artifact::Json{};
}

PluginMention mention(std::string_view written) {
  PluginMention result;
  const std::size_t at = written.find('@');
  result.name = written.substr(0, at);
  if (at != std::string_view::npos) result.constraint = written.substr(at + 1);
  return result;
}

std::vector<std::size_t> in_source_order(const spec::Api& api) {
  std::vector<std::size_t> order(api.operations.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t i) {
    const spec::Operation& operation = api.operations[i];
    const base::Position path = operation.path_place.position;
    const base::Position method = operation.method_place.position;
    return std::tuple(path.line, path.column, method.line, method.column, i);
  };
  std::ranges::sort(order, {}, key);
  return order;
}

}  // namespace barbacane::compiler
