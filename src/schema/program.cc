#include "schema/program.h"

#include <utility>

#include "base/json_pointer.h"
#include "schema/detail/code.h"
#include "schema/detail/explainer.h"
#include "schema/detail/runner.h"
#include "schema/detail/scratch.h"

namespace barbacane::schema {

using detail::Explain;
using detail::Track;

Scratch::Scratch() : impl_(std::make_unique<Impl>()) {}
Scratch::~Scratch() = default;
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

Program::Program(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;
Program::~Program() = default;

Verdict Program::run(SchemaId schema, Value value, Scratch& scratch) const {
  detail::Runner runner(*impl_, scratch.impl(), value);
  const bool ok = runner.check<Track::kNo, Explain::kNo>(std::to_underlying(schema), value.node());
  if (runner.limited()) return Verdict::kLimit;
  return ok ? Verdict::kValid : Verdict::kInvalid;
}

std::vector<Failure> Program::explain(SchemaId schema, Value value, Scratch& scratch,
                                      std::size_t limit, Origin origin) const {
  detail::Explainer explainer(*impl_, limit, origin);
  const std::uint32_t block = std::to_underlying(schema);
  detail::Runner runner(*impl_, scratch.impl(), value, &explainer);
  const bool ok = runner.check<Track::kNo, Explain::kYes>(block, value.node());
  if (!runner.limited() && !explainer.empty()) return explainer.take(value);
  // The two walk differently; what was said of the value before must stay true.
  detail::Runner again(*impl_, scratch.impl(), value);
  const bool valid = again.check<Track::kNo, Explain::kNo>(block, value.node());
  if (again.limited()) {
    explainer.limited(again.trouble(), block, value.node());
  } else if (runner.limited() && !valid) {
    explainer.limited(runner.trouble(), block, value.node());
  } else if (!valid || (!ok && !runner.limited())) {
    explainer.unexplained(block, value.node());
  }
  return explainer.take(value);
}

namespace {

template <class T>
std::size_t bytes(const std::vector<T>& list) {
  return list.capacity() * sizeof(T);
}

}  // namespace

std::size_t Program::footprint() const {
  constexpr std::size_t kPattern = 2048;  // what RE2 takes for an ordinary one
  const Impl& p = *impl_;
  return sizeof p + bytes(p.blocks) + bytes(p.code) + bytes(p.lists) + bytes(p.ranges) +
         bytes(p.bounds) + bytes(p.divisors) + p.patterns.size() * kPattern + bytes(p.tables) +
         bytes(p.properties) + bytes(p.pattern_properties) + bytes(p.slots) + bytes(p.dependents) +
         bytes(p.required_names) + bytes(p.enums) + bytes(p.enum_values) + bytes(p.enum_strings) +
         bytes(p.constants) + bytes(p.discriminators) + bytes(p.switches) +
         bytes(p.mapped_branches) + bytes(p.dynamic_anchors) + bytes(p.dynamic_targets) +
         bytes(p.places) + bytes(p.names) + p.pool.footprint();
}

void Program::Impl::shrink() {
  pool.seal();
  const auto each = [](auto&... vectors) { (vectors.shrink_to_fit(), ...); };
  each(blocks, code, lists, ranges, bounds, divisors, patterns, tables, properties,
       pattern_properties, slots, dependents, required_names, enums, enum_values, enum_strings,
       constants, discriminators, switches, mapped_branches, dynamic_anchors, dynamic_targets,
       places, names);
}

std::string Program::Impl::spell(std::uint32_t place) const {
  using Step = detail::Place::Step;
  std::vector<std::uint32_t> steps;
  for (std::uint32_t at = place; at != detail::kNowhere; at = places[at].from) steps.push_back(at);
  std::string out;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    const detail::Place& at = places[*step];
    if (at.step == Step::kDocument) {
      out.append(names[at.name].view()) += '#';
      continue;
    }
    if (at.step == Step::kPointer) {
      out += names[at.name].view();
      continue;
    }
    out += '/';
    out += to_text(at.keyword);
    if (at.step == Step::kName) {
      base::append_pointer_token(out, names[at.name].view());
    } else if (at.step == Step::kIndex) {
      out += '/';
      out += std::to_string(at.name);
    }
  }
  return out;
}

}  // namespace barbacane::schema
