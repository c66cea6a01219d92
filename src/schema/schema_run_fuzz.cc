#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "schema/detail/comparison.h"
#include "schema/detail/random_schema.h"

/// Input: decisions for the generator of `random_schema.h`; the first takes the dialect. Eight
/// bytes or fewer are a seed for them instead, so that a run without a corpus is of use from the
/// start. Checked besides not crashing: the flat program and the slow model of `slow_interpreter.h`
/// give the same verdict, a second run the first one's, and reasons are given exactly for what is
/// invalid.
namespace {

using namespace barbacane::schema;

constexpr Dialect kDialects[] = {Dialect::kDraft202012, Dialect::kDraft202012, Dialect::kDraft07,
                                 Dialect::kOpenApi30};
constexpr int kValues = 6;

slow::Choices choices_of(std::span<const std::uint8_t> input) {
  if (input.size() > sizeof(std::uint64_t)) return slow::Choices(input);
  std::uint64_t seed = 0;
  for (const std::uint8_t byte : input) seed = seed << 8 | byte;
  return slow::Choices(seed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  slow::Choices choices = choices_of(std::span(data, size));
  const Dialect dialect = choices.one_of(kDialects);
  slow::RandomSchema random(choices, dialect);
  const slow::Json schema = random.document();
  slow::Comparison comparison(schema, dialect);
  for (int left = kValues; left > 0; --left) {
    const slow::Json value = random.value(schema);
    if (comparison.disagreement(value).empty()) continue;
    const auto least = slow::shrink({schema, value, dialect});
    std::fprintf(stderr, "schema_run_fuzz: %s\n", least.text().c_str());
    std::abort();
  }
  return 0;
}
