#include "validation/parameter_set.h"

#include <algorithm>
#include <utility>

#include "validation/detail/parameter_build.h"
#include "validation/detail/parameter_check.h"
#include "validation/detail/parameter_judge.h"
#include "validation/detail/parameter_words.h"
#include "validation/detail/query_scan.h"

namespace barbacane::validation {

using detail::GivenText;
using detail::Judge;
using detail::PairCursor;
using detail::PairRules;
using detail::ParameterRule;
using detail::Reasons;
using Rules = std::vector<ParameterRule>;

namespace {

enum class Outcome : std::uint8_t { kFine, kMissing, kInvalid };

Outcome absent(const ParameterRule& rule) {
  return rule.required ? Outcome::kMissing : Outcome::kFine;
}

Outcome outcome(bool fine) { return fine ? Outcome::kFine : Outcome::kInvalid; }

GivenText once(std::string_view text) { return {.first = text, .count = 1}; }

/// The rules of one operation, run over one request. Given room for reasons, it has those of the
/// parameter at hand there.
class Run {
 public:
  Run(const detail::ParameterRules& rules, const schema::Program& program,
      const RequestParts& request, Workspace& workspace, Reasons* reasons)
      : rules_(rules),
        program_(program),
        request_(request),
        workspace_(workspace),
        reasons_(reasons) {
    workspace_.part.begin();
  }

  /// Calls `visit(rule, outcome)` for every parameter of a category until it returns false;
  /// false then.
  template <class Visit>
  bool each(Category category, Visit visit) {
    switch (category) {
      case Category::kPath:
        return each_alone(rules_.path, visit, [this](const ParameterRule& rule, Judge& judge) {
          return check_capture(rule, judge);
        });
      case Category::kQuery:
        return each_of_pairs(rules_.query, request_.query, visit);
      case Category::kQuerystring:
        return each_alone(
            rules_.querystring, visit,
            [this](const ParameterRule& rule, Judge& judge) { return check_query(rule, judge); });
      case Category::kHeader:
        return each_alone(rules_.header, visit, [this](const ParameterRule& rule, Judge& judge) {
          return check_field(rule, judge);
        });
      case Category::kCookie:
        return rules_.cookie.rules.empty() || each_of_pairs(rules_.cookie, cookies(), visit);
      default:
        return true;
    }
  }

  /// Whether the last visit of a query saw a name that no parameter has.
  bool saw_unknown() const { return unknown_; }

 private:
  std::optional<std::string_view> field(std::string_view name) const {
    return request_.fields ? request_.fields->find(name) : std::nullopt;
  }

  std::string_view cookies() const { return field("cookie").value_or(std::string_view{}); }

  Judge new_judge() {
    if (reasons_) *reasons_ = {};
    return Judge(program_, workspace_.scratch, reasons_);
  }

  Outcome check_capture(const ParameterRule& rule, Judge& judge) {
    if (rule.capture >= request_.path_values.size()) return absent(rule);
    const std::string_view text = request_.path_values[rule.capture];
    return outcome(detail::check_text(rule, once(text), judge, workspace_));
  }

  Outcome check_query(const ParameterRule& rule, Judge& judge) {
    if (request_.query.empty()) return absent(rule);
    return outcome(detail::check_querystring(rule, request_.query, judge, workspace_));
  }

  Outcome check_field(const ParameterRule& rule, Judge& judge) {
    const auto value = field(rule.field);
    if (!value) return absent(rule);
    return outcome(detail::check_text(rule, once(*value), judge, workspace_));
  }

  template <class Visit, class Check>
  bool each_alone(const Rules& rules, Visit& visit, Check check) {
    for (const ParameterRule& rule : rules) {
      Judge judge = new_judge();
      if (!visit(rule, check(rule, judge))) return false;
    }
    return true;
  }

  template <class Visit>
  bool each_of_pairs(const PairRules& pairs, std::string_view text, Visit& visit) {
    const bool ignores_names = pairs.unknown_names == PairRules::UnknownNames::kIgnore;
    if (pairs.rules.empty() && ignores_names) return true;
    for (std::size_t from = 0; from == 0 || from < pairs.rules.size();
         from += PairRules::Scan::kRoom) {
      const PairRules::Scan scan(pairs, text, from, workspace_.part);
      unknown_ = scan.unknown();
      const std::size_t end = std::min(pairs.rules.size(), from + PairRules::Scan::kRoom);
      for (std::size_t i = from; i < end; ++i) {
        Judge judge = new_judge();
        const Outcome found = check_pairs(pairs, text, i, scan.given(i - from), judge);
        if (!visit(pairs.rules[i], found)) return false;
      }
    }
    return true;
  }

  Outcome check_pairs(const PairRules& pairs, std::string_view text, std::size_t index,
                      GivenText given, Judge& judge) {
    const ParameterRule& rule = pairs.rules[index];
    if (given.count > 0 && detail::check_text(rule, given, judge, workspace_)) {
      return Outcome::kFine;
    }
    if (rule.by_members) {
      detail::MemberTexts members(workspace_.part);
      const auto gathered = pairs.gather(text, index, members, workspace_.part);
      if (gathered.flaw) return outcome(judge.refuse(*gathered.flaw, gathered.about));
      if (gathered.present) {
        return outcome(
            detail::check_members(rule, members.all(), detail::Repeats::kList, judge, workspace_));
      }
      if (gathered.empty) return Outcome::kFine;
    }
    return given.count > 0 ? Outcome::kInvalid : absent(rule);
  }

  const detail::ParameterRules& rules_;
  const schema::Program& program_;
  const RequestParts& request_;
  Workspace& workspace_;
  Reasons* reasons_;
  bool unknown_ = false;
};

constexpr Category kOrder[] = {Category::kPath, Category::kQuery, Category::kQuerystring,
                               Category::kHeader, Category::kCookie};

}  // namespace

struct ParameterSet::Impl {
  detail::ParameterRules rules;
  const schema::Program* program = nullptr;
  std::string place;  ///< of the operation
  bool reject_unknown = false;
};

ParameterSet::ParameterSet(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
ParameterSet::ParameterSet(ParameterSet&&) noexcept = default;
ParameterSet& ParameterSet::operator=(ParameterSet&&) noexcept = default;
ParameterSet::~ParameterSet() = default;

std::expected<ParameterSet, std::string> ParameterSet::build(
    std::span<const artifact::Parameter> parameters,
    std::span<const std::optional<schema::SchemaId>> schemas,
    std::span<const std::string> path_names, const schema::Program& program, QueryNames query_names,
    std::string place) {
  auto rules =
      detail::build_rules(parameters, schemas, path_names, program, query_names.known, place);
  if (!rules) return std::unexpected(std::move(rules).error());
  auto impl = std::make_unique<Impl>();
  impl->rules = std::move(*rules);
  impl->program = &program;
  impl->place = std::move(place);
  // A parameter that is the whole query knows every name in it.
  if (query_names.unknown == UnknownQuery::kReject && impl->rules.querystring.empty()) {
    impl->reject_unknown = true;
    impl->rules.query.unknown_names = PairRules::UnknownNames::kNotice;
  }
  return ParameterSet(std::move(impl));
}

std::optional<Category> ParameterSet::first_failing(const RequestParts& request,
                                                    Workspace& workspace) const {
  Run run(impl_->rules, *impl_->program, request, workspace, nullptr);
  const auto is_fine = [](const ParameterRule&, Outcome found) { return found == Outcome::kFine; };
  for (const Category category : kOrder) {
    if (!run.each(category, is_fine)) return category;
    if (category == Category::kQuery && impl_->reject_unknown && run.saw_unknown()) {
      return category;
    }
  }
  return std::nullopt;
}

std::vector<Violation> ParameterSet::explain(Category category, const RequestParts& request,
                                             Workspace& workspace) const {
  std::vector<Violation> out;
  Reasons reasons;
  Run run(impl_->rules, *impl_->program, request, workspace, &reasons);
  run.each(category, [&](const ParameterRule& rule, Outcome found) {
    if (found == Outcome::kMissing) out.push_back(detail::missing_parameter(rule));
    if (found == Outcome::kInvalid) detail::append_reasons(out, rule, std::move(reasons));
    return true;
  });
  if (category != Category::kQuery || !impl_->reject_unknown) return out;
  detail::NameMatcher matcher;
  PairCursor pair(request.query, PairCursor::Syntax::kQuery);
  while (pair.next()) {
    if (impl_->rules.query.is_known(pair.name, workspace.part, matcher)) continue;
    out.push_back(detail::unknown_parameter(pair.name, impl_->place));
  }
  return out;
}

}  // namespace barbacane::validation
