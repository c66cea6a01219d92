#include <gmock/gmock.h>

#include "compiler/detail/spec_unit.h"
#include "compiler/detail/stages.h"

namespace barbacane::compiler {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> names(const RootExtensions& root, const OperationExtensions& operation) {
  std::vector<std::string> chain;
  for (const PluginMention* entry : chain_of(root, operation)) chain.push_back(entry->name);
  return chain;
}

RootExtensions global() {
  RootExtensions root;
  root.middlewares = {mention("cors"), mention("jwt-auth@^1")};
  root.rate_limit = mention("rate-limit");
  return root;
}

TEST(Chains, TakeTheGlobalChainWhenTheOperationDeclaresNone) {
  EXPECT_THAT(names(global(), {}), ElementsAre("cors", "jwt-auth", "rate-limit"));
}

TEST(Chains, AreReplacedByWhatTheOperationDeclares) {
  OperationExtensions operation;
  operation.middlewares = {mention("basic-auth")};
  EXPECT_THAT(names(global(), operation), ElementsAre("basic-auth"));
  operation.middlewares->clear();
  EXPECT_THAT(names(global(), operation), IsEmpty());
}

TEST(Chains, PutSugarBehindTheChainRateLimitFirst) {
  OperationExtensions operation;
  operation.middlewares = {mention("rate-limit")};
  operation.rate_limit = mention("rate-limit");
  operation.cache = mention("cache");
  EXPECT_THAT(names(global(), operation), ElementsAre("rate-limit", "rate-limit", "cache"));
}

TEST(Chains, DoNotCountSugarAsADeclaredChain) {
  OperationExtensions operation;
  operation.cache = mention("cache");
  EXPECT_THAT(names(global(), operation), ElementsAre("cors", "jwt-auth", "rate-limit", "cache"));
}

}  // namespace
}  // namespace barbacane::compiler
