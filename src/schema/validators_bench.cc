#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "schema/json.h"
#include "schema/program_builder.h"

/// Whole documents of several kinds, to compare with other validators: bench/harness/validators.py
/// runs this beside them. The sets are made by bench/validators/make_sets into the folder that
/// BARBACANE_VALIDATOR_SETS names; without it there is nothing to run here.
namespace {

using namespace barbacane::schema;
namespace fs = std::filesystem;

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Set {
  std::vector<std::string> texts;
  std::vector<Tape> tapes;
  std::vector<Value> values;  ///< on the tapes
  std::unique_ptr<Program> program;
  SchemaId schema{};
  std::string problem;  ///< empty when all is well
};

void read_documents(Set& set, const fs::path& file) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) set.texts.push_back(std::move(line));
  set.tapes.resize(set.texts.size());
  for (std::size_t at = 0; at < set.texts.size(); ++at) {
    const auto value = set.tapes[at].read(set.texts[at]);
    if (!value) set.problem = describe(value.error());
    set.values.push_back(value.value_or(Value()));
  }
}

Set load(const fs::path& folder) {
  Set set;
  ProgramBuilder builder;
  builder.add("schema.json", read_file(folder / "schema.json"));
  set.schema = builder.want("schema.json");
  auto program = builder.build();
  if (!program) {
    const SchemaError& error = program.error().front();
    set.problem = error.place + ": " + error.message;
    return set;
  }
  set.program = std::make_unique<Program>(std::move(*program));
  read_documents(set, folder / "documents.jsonl");
  Scratch scratch;
  for (const Value value : set.values) {
    if (!value || set.program->run(set.schema, value, scratch) == Verdict::kValid) continue;
    const auto failures = set.program->explain(set.schema, value, scratch, 1);
    set.problem = failures.empty() ? "not valid" : failures[0].instance + failures[0].sentence;
  }
  return set;
}

/// One iteration is one document, in turn.
template <class Validate>
void run(benchmark::State& state, const Set& set, Validate validate) {
  if (!set.problem.empty()) {
    state.SkipWithError(set.problem.c_str());
    return;
  }
  bool good = true;
  const auto count = static_cast<benchmark::IterationCount>(set.texts.size());
  while (state.KeepRunningBatch(count)) {
    for (std::size_t at = 0; at < set.texts.size(); ++at) good = validate(at) && good;
  }
  if (!good) state.SkipWithError("a document is not valid");
}

void run_parsed(benchmark::State& state, const Set& set) {
  Scratch scratch;
  run(state, set, [&](std::size_t at) {
    return set.program->run(set.schema, set.values[at], scratch) == Verdict::kValid;
  });
}

void run_text(benchmark::State& state, const Set& set) {
  Scratch scratch;
  Tape tape;
  run(state, set, [&](std::size_t at) {
    const auto value = tape.read(set.texts[at]);
    return value && set.program->run(set.schema, *value, scratch) == Verdict::kValid;
  });
}

[[maybe_unused]] const bool kRegistered = [] {
  const char* folder = std::getenv("BARBACANE_VALIDATOR_SETS");
  if (folder == nullptr || *folder == '\0') return false;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto set = std::make_shared<const Set>(load(entry.path()));
    const std::string name = "Validators/" + entry.path().filename().string();
    benchmark::RegisterBenchmark((name + "/parsed").c_str(),
                                 [set](benchmark::State& state) { run_parsed(state, *set); });
    benchmark::RegisterBenchmark((name + "/text").c_str(),
                                 [set](benchmark::State& state) { run_text(state, *set); });
  }
  return true;
}();

}  // namespace
