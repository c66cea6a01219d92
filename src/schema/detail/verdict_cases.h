#pragma once

#include <initializer_list>
#include <string_view>

#include <gtest/gtest.h>

#include "schema/detail/schema_cases.h"

/// A schema and what it says of some values, for tests.
namespace barbacane::schema::detail {

struct VerdictCase {
  std::string_view value;
  bool valid;
};

/// The verdict is the one wanted, and what is explained agrees with it.
inline void expect_verdicts(std::string_view schema, std::initializer_list<VerdictCase> cases) {
  Bench bench(schema);
  ASSERT_TRUE(bench.built()) << bench.errors();
  for (const VerdictCase& each : cases) {
    EXPECT_EQ(bench.run(each.value), each.valid ? Verdict::kValid : Verdict::kInvalid)
        << schema << " against " << each.value;
    EXPECT_EQ(bench.explain(each.value).empty(), each.valid) << schema << " against " << each.value;
  }
}

}  // namespace barbacane::schema::detail
