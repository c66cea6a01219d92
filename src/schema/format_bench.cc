#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "schema/format.h"

/// One ordinary value of each format.
namespace barbacane::schema {
namespace {

struct Case {
  Format format;
  std::string_view text;
};

constexpr Case kCases[] = {
    {Format::kDateTime, "2024-05-17T09:30:00.123Z"},
    {Format::kDate, "2024-05-17"},
    {Format::kTime, "09:30:00+02:00"},
    {Format::kDuration, "P1DT12H"},
    {Format::kEmail, "ann.smith@example.org"},
    {Format::kHostname, "api.eu-1.example.org"},
    {Format::kIdnHostname, "b\u00FCcher.example.org"},
    {Format::kIpv4, "192.168.17.204"},
    {Format::kIpv6, "2001:db8:85a3::8a2e:370:7334"},
    {Format::kUri, "https://api.example.org/v1/customers/17?expand=orders"},
    {Format::kUriTemplate, "/customers/{id}/orders{?page,limit}"},
    {Format::kUuid, "123e4567-e89b-12d3-a456-426614174000"},
    {Format::kJsonPointer, "/items/0/name"},
    {Format::kRegex, "^[A-Z]{3}-[0-9]{4}$"},
};

void format(benchmark::State& state) {
  const Case& it = kCases[static_cast<std::size_t>(state.range(0))];
  if (!matches(it.format, it.text)) std::abort();
  state.SetLabel(std::string(to_text(it.format)));
  std::string_view text = it.text;
  for (auto _ : state) {
    benchmark::DoNotOptimize(text);
    benchmark::DoNotOptimize(matches(it.format, text));
  }
}
BENCHMARK(format)->DenseRange(0, static_cast<int>(std::size(kCases)) - 1);

}  // namespace
}  // namespace barbacane::schema
