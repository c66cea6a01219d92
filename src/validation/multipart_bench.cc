#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "validation/detail/form_program.h"
#include "validation/form.h"
#include "validation/multipart.h"

/// Uploads checked as they stream, in the pieces a connection reads, and small forms whole.
namespace barbacane::validation {
namespace {

constexpr std::string_view kBoundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW";
constexpr std::size_t kPiece = 64 * 1024;

constexpr std::string_view kSchema = R"({"type": "object", "required": ["id", "file"],
  "properties": {"id": {"type": "integer"}, "note": {"type": "string", "pattern": "^[a-z ]+$"},
    "meta": {"type": "object", "properties": {"tags": {"type": "array"}}},
    "tags": {"type": "array", "items": {"type": "string"}}, "on": {"type": "boolean"},
    "file": {"type": "string", "format": "binary"}}})";

const detail::FormProgram& form() {
  static const detail::FormProgram program = detail::compile_form(kSchema);
  return program;
}

std::string part(std::string_view disposition, std::string_view content) {
  return "--" + std::string(kBoundary) + "\r\nContent-Disposition: form-data; " +
         std::string(disposition) + "\r\n\r\n" + std::string(content) + "\r\n";
}

const std::string& fields() {
  static const std::string text =
      part("name=\"id\"", "42") + part("name=\"note\"", "a photo of the cat") +
      part("name=\"meta\"\r\nContent-Type: application/json", R"({"tags":["a","b"]})") +
      part("name=\"file\"; filename=\"cat.png\"\r\nContent-Type: image/png", "");
  return text;
}

std::size_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  in >> total >> resident;
  return resident * 4096;
}

enum class Content : std::uint8_t { kRandom, kText, kLineFeeds, kDashes };

/// One piece of a file, sent over and over.
std::string piece_of(Content content) {
  std::mt19937 random(1);
  std::string out;
  while (out.size() < kPiece) {
    switch (content) {
      case Content::kRandom:
        out += static_cast<char>(random());
        break;
      case Content::kText:
        out += std::string(20 + random() % 60, 'x') + "\r\n";
        break;
      case Content::kLineFeeds:
        out += '\n';
        break;
      case Content::kDashes:
        out += "\r\n------WebKitFormBoundary7MA4YWxkTrZu0g?";
        break;
    }
  }
  out.resize(kPiece);
  out.back() = 'x';
  return out;
}

void upload(benchmark::State& state, Content content, std::size_t file_size) {
  const auto rules = MultipartRules::build(form().program, form().id, {});
  const std::string piece = piece_of(content);
  const std::string head = fields().substr(0, fields().size() - 2);
  const std::string tail = "\r\n--" + std::string(kBoundary) + "--\r\n";
  Workspace workspace;
  const std::size_t before = resident_bytes();
  std::size_t most = before;
  for (auto _ : state) {
    MultipartCheck check(*rules, std::string(kBoundary));
    bool good = check.feed(head, workspace);
    for (std::size_t sent = 0; good && sent < file_size; sent += kPiece) {
      good = check.feed(piece, workspace);
    }
    good = good && check.feed(tail, workspace);
    most = std::max(most, resident_bytes());
    if (!good || !check.finish(workspace)) std::abort();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * file_size));
  state.counters["resident_growth_KiB"] = static_cast<double>((most - before) / 1024);
}

void BM_UploadOf100MB(benchmark::State& state) {
  upload(state, static_cast<Content>(state.range(0)), 100'000'000);
}
BENCHMARK(BM_UploadOf100MB)
    ->Arg(static_cast<int>(Content::kRandom))
    ->Arg(static_cast<int>(Content::kText))
    ->Arg(static_cast<int>(Content::kLineFeeds))
    ->Arg(static_cast<int>(Content::kDashes))
    ->Unit(benchmark::kMillisecond);

/// Nothing may grow faster than their number.
void BM_TinyParts(benchmark::State& state) {
  const auto rules = MultipartRules::build(form().program, form().id, {});
  std::string body = fields();
  for (std::int64_t i = 0; i < state.range(0); ++i) body += part("name=\"tags\"", "x");
  body += "--" + std::string(kBoundary) + "--\r\n";
  Workspace workspace;
  for (auto _ : state) {
    MultipartCheck check(*rules, std::string(kBoundary));
    if (!check.feed(body, workspace) || !check.finish(workspace)) std::abort();
  }
  state.SetComplexityN(state.range(0));
}
BENCHMARK(BM_TinyParts)
    ->RangeMultiplier(10)
    ->Range(1'000, 1'000'000)
    ->Complexity(benchmark::oN)
    ->Unit(benchmark::kMillisecond);

void BM_MultipartOfFourFields(benchmark::State& state) {
  const auto rules = MultipartRules::build(form().program, form().id, {});
  const std::string body = fields() + "--" + std::string(kBoundary) + "--\r\n";
  Workspace workspace;
  for (auto _ : state) {
    MultipartCheck check(*rules, std::string(kBoundary));
    if (!check.feed(body, workspace) || !check.finish(workspace)) std::abort();
  }
}
BENCHMARK(BM_MultipartOfFourFields);

void BM_FormOfFiveFields(benchmark::State& state) {
  const auto reader = FormReader::build(form().program, form().id, {});
  const std::string body = "id=42&note=a+photo+of+the+cat&tags=a&tags=b%20c&on=true";
  Workspace workspace;
  for (auto _ : state) {
    const auto value = reader->read(body, workspace);
    if (!value) std::abort();
    benchmark::DoNotOptimize(value->node());
  }
}
BENCHMARK(BM_FormOfFiveFields);

}  // namespace
}  // namespace barbacane::validation
