// The program beside the slow model of slow_interpreter.h, over schemas and values at random but
// the same every time; schema_run_fuzz goes on from there.
#include <gtest/gtest.h>

#include "schema/detail/comparison.h"
#include "schema/detail/random_schema.h"

namespace barbacane::schema::slow {
namespace {

constexpr int kSchemas = 1'250;
constexpr int kValuesEach = 8;

struct Draft {
  const char* name;
  Dialect dialect;
  std::uint64_t seed;
};

class SlowComparison : public testing::TestWithParam<Draft> {};

TEST_P(SlowComparison, AgreesWithTheProgram) {
  Choices choices(GetParam().seed);
  int valid = 0;
  int clear = 0;
  for (int left = kSchemas; left > 0; --left) {
    RandomSchema random(choices, GetParam().dialect);
    const Json schema = random.document();
    Comparison comparison(schema, GetParam().dialect);
    const Document document(schema, GetParam().dialect);
    Interpreter model(document);
    for (int values = kValuesEach; values > 0; --values) {
      const Json value = random.value(schema);
      valid += model.judge(value) == Interpreter::Answer::kValid ? 1 : 0;
      clear += model.judge(value) != Interpreter::Answer::kUnclear ? 1 : 0;
      if (comparison.disagreement(value).empty()) continue;
      FAIL() << shrink({schema, value, GetParam().dialect}).text();
    }
  }
  // Else the generator makes schemas that say nothing.
  EXPECT_GT(clear, kSchemas * kValuesEach * 3 / 4);
  EXPECT_GT(valid, clear / 4);
  EXPECT_LT(valid, clear * 3 / 4);
}

INSTANTIATE_TEST_SUITE_P(Dialects, SlowComparison,
                         testing::Values(Draft{"Draft202012", Dialect::kDraft202012, 1},
                                         Draft{"Draft202012More", Dialect::kDraft202012, 2},
                                         Draft{"Draft07", Dialect::kDraft07, 3},
                                         Draft{"OpenApi30", Dialect::kOpenApi30, 4}),
                         [](const auto& draft) { return draft.param.name; });

}  // namespace
}  // namespace barbacane::schema::slow
