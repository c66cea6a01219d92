#include "schema/sample.h"

#include <algorithm>
#include <map>
#include <utility>

#include "schema/detail/sample_documents.h"
#include "schema/detail/sample_draft.h"

namespace barbacane::schema {

namespace {

constexpr int kAttempts = 24;
/// As many schemas that do not compile are told from those that do.
constexpr int kMaxBuilds = 40;
/// Steps of all samples of one sampler together: some ten seconds.
constexpr std::size_t kBudget = 5'000'000;
/// A place that went wrong so often is perhaps not to blame itself.
constexpr unsigned kBlameParent = 4;

struct Input {
  std::string uri;
  Dialect dialect;
};

struct Compiled {
  std::size_t program;
  SchemaId schema;
};

}  // namespace

struct Sampler::Impl {
  explicit Impl(Direction direction_) : direction(direction_) {}

  void compile();
  void compile(std::vector<std::string> uris);
  const Compiled* find(std::string_view uri);
  /// The failures of a value; empty when it is valid.
  std::vector<Failure> judge(const Compiled& schema, std::string_view json);
  std::optional<std::string> attempt(const SampleDocuments::Place& place, const Compiled& schema,
                                     const SampleOptions& options);

  Direction direction;
  SampleDocuments documents;
  std::vector<std::pair<const SampleDocuments::Document*, Dialect>> inputs;
  std::string table_uri;
  std::vector<std::string> wanted;
  int builds = 0;
  std::size_t spent = 0;  ///< steps
  std::vector<Program> programs;
  std::map<std::string, Compiled, std::less<>> compiled;
  PatternCache patterns;
  Scratch scratch;
  Tape tape;
};

void Sampler::Impl::compile() {
  if (wanted.empty()) return;
  std::ranges::sort(wanted);
  const auto repeated = std::ranges::unique(wanted);
  wanted.erase(repeated.begin(), repeated.end());
  compile(std::exchange(wanted, {}));
}

/// One schema that does not compile must not take the others with it: halves are tried by
/// themselves.
void Sampler::Impl::compile(std::vector<std::string> uris) {
  if (uris.empty() || builds++ == kMaxBuilds) return;
  using enum BuildOptions::Direction;
  BuildOptions options;
  options.direction = direction == Direction::kRequest ? kRequest : kResponse;
  ProgramBuilder builder(options);
  for (const auto& [document, dialect] : inputs) {
    builder.add(document->uri, document->text, dialect);
  }
  if (!table_uri.empty()) builder.set_shared_table(table_uri);
  std::vector<SchemaId> ids;
  ids.reserve(uris.size());
  for (const std::string& uri : uris) ids.push_back(builder.want(uri));
  if (auto program = builder.build()) {
    for (std::size_t i = 0; i < uris.size(); ++i) {
      compiled.emplace(std::move(uris[i]), Compiled{programs.size(), ids[i]});
    }
    programs.push_back(*std::move(program));
    return;
  }
  if (uris.size() == 1) return;
  const auto middle = uris.begin() + static_cast<std::ptrdiff_t>(uris.size() / 2);
  compile({uris.begin(), middle});
  compile({middle, uris.end()});
}

const Compiled* Sampler::Impl::find(std::string_view uri) {
  compile();
  const auto found = compiled.find(uri);
  return found == compiled.end() ? nullptr : &found->second;
}

std::vector<Failure> Sampler::Impl::judge(const Compiled& schema, std::string_view json) {
  const auto value = tape.read(json);
  if (!value) {
    Failure failure;
    failure.sentence = describe(value.error());
    return {failure};
  }
  const Program& program = programs[schema.program];
  const Verdict verdict = program.run(schema.schema, *value, scratch);
  if (verdict == Verdict::kValid) return {};
  std::vector<Failure> failures = program.explain(schema.schema, *value, scratch, 20);
  if (failures.empty()) {
    Failure failure;
    failure.sentence = "is too costly to check";
    failures.push_back(std::move(failure));
  }
  return failures;
}

std::optional<std::string> Sampler::Impl::attempt(const SampleDocuments::Place& place,
                                                  const Compiled& schema,
                                                  const SampleOptions& options) {
  Trouble trouble;
  for (int i = 0; i < kAttempts; ++i) {
    SampleDraft draft(documents, patterns, direction, options, trouble);
    const bool written = draft.write(place);
    spent += draft.steps();
    if (spent > kBudget) return std::nullopt;
    if (!written) {
      // It does not say where it got stuck: go another way from the top.
      if (++trouble[""] > 2 * kBlameParent) return std::nullopt;
      continue;
    }
    std::string json = draft.take();
    const std::vector<Failure> failures = judge(schema, json);
    if (failures.empty()) return json;
    std::map<std::string, unsigned> blamed;
    for (const Failure& failure : failures) {
      std::string pointer = failure.instance;
      while (trouble[pointer] + 1 >= kBlameParent && !pointer.empty()) {
        blamed[pointer] = 1;
        pointer.resize(pointer.rfind('/'));
      }
      blamed[pointer] = 1;
    }
    for (const auto& [pointer, times] : blamed) trouble[pointer] += times;
  }
  return std::nullopt;
}

Sampler::Sampler(Direction direction) : impl_(std::make_unique<Impl>(direction)) {}
Sampler::~Sampler() = default;
Sampler::Sampler(Sampler&&) noexcept = default;
Sampler& Sampler::operator=(Sampler&&) noexcept = default;

void Sampler::add(std::string uri, std::string json, Dialect dialect) {
  impl_->inputs.emplace_back(&impl_->documents.add(std::move(uri), std::move(json)), dialect);
}

void Sampler::set_shared_table(std::string uri) {
  impl_->table_uri = uri;
  impl_->documents.set_shared_table(std::move(uri));
}

void Sampler::want(std::string uri) { impl_->wanted.push_back(std::move(uri)); }

std::optional<std::string> Sampler::sample(std::string_view uri, const SampleOptions& options) {
  const Compiled* schema = impl_->find(uri);
  const SampleDocuments::Place place = impl_->documents.find(uri);
  if (schema == nullptr || !place) return std::nullopt;
  if (auto sample = impl_->attempt(place, *schema, options)) return sample;
  if (options.properties == SampleOptions::Properties::kRequired) return std::nullopt;
  SampleOptions required = options;
  required.properties = SampleOptions::Properties::kRequired;
  return impl_->attempt(place, *schema, required);
}

std::optional<std::vector<Failure>> Sampler::check(std::string_view uri, std::string_view json) {
  const Compiled* schema = impl_->find(uri);
  if (schema == nullptr) return std::nullopt;
  return impl_->judge(*schema, json);
}

}  // namespace barbacane::schema
