#include "compiler/detail/stages.h"

namespace barbacane::compiler {

// A declared chain replaces the global one, also an empty one; sugar comes behind the chain, so
// that authentication runs first and a cache hit is still rate limited (compiler contract, 2.2
// and 2.5).
std::vector<const PluginMention*> chain_of(const RootExtensions& root,
                                           const OperationExtensions& operation) {
  std::vector<const PluginMention*> chain;
  for (const PluginMention& entry :
       operation.middlewares ? *operation.middlewares : root.middlewares) {
    chain.push_back(&entry);
  }
  if (operation.rate_limit) {
    chain.push_back(&*operation.rate_limit);
  } else if (root.rate_limit && !operation.middlewares) {
    chain.push_back(&*root.rate_limit);
  }
  if (operation.cache) chain.push_back(&*operation.cache);
  return chain;
}

}  // namespace barbacane::compiler
