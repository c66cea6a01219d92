#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "compiler/detail/stages.h"
#include "router/router.h"

namespace barbacane::compiler {

namespace {

struct Route {
  const SpecUnit* unit;
  const spec::Operation* operation;
};

/// What an operation's path and method are compared by.
struct Keys {
  std::string same;     ///< equal for the same route (E1010)
  std::string similar;  ///< equal for routes that match the same requests (E1050)
};

/// The cure for a template, by the reason it was refused for (compiler contract, section 5).
std::string_view template_hint(std::string_view reason) {
  struct Cure {
    std::string_view word;
    std::string_view hint;
  };
  static constexpr std::array<Cure, 6> kCures = {{
      {"duplicate", "give each parameter of a path a name of its own"},
      {"must be the last", "{name+} takes the whole rest of the path: write {name} here"},
      {"at most one", "{name+} takes the whole rest of the path: write {name} for the first"},
      {"literal text", "write something between them, as in {year}-{month}"},
      {"dot segment", "no request ever matches it: write the path it stands for"},
      {"control character", "remove the character from the path"},
  }};
  const auto* found =
      std::ranges::find_if(kCures, [&](const Cure& cure) { return reason.contains(cure.word); });
  return found != kCures.end()
             ? found->hint
             : "a parameter is written {name}, and {name+} takes the rest of the path";
}

class PathChecks {
 public:
  explicit PathChecks(Report& report) : report_(report) {}

  void check(const Route& route) {
    if (const auto path = parse(route)) {
      const std::string method = " " + http_method(*route.operation);
      check_conflicts(route, {path->normalised() + method, path->shape() + method});
      check_names(route, path->parameters());
    }
    check_operation_id(route);
  }

  /// A wrong template is reported once for all methods of its path, but in every spec.
  void next_unit() {
    bad_paths_.clear();
    undeclared_.clear();
  }

 private:
  std::optional<router::Template> parse(const Route& route) {
    const spec::Operation& operation = *route.operation;
    if (bad_paths_.contains(operation.path)) return std::nullopt;
    auto parsed = router::parse_template(operation.path);
    if (!parsed) {
      bad_paths_.insert(operation.path);
      const Site site = report_.operation(*route.unit, operation);
      report_.error(
          site, "E1054",
          fmt::format("invalid path template: {} - {}", site.words, parsed.error().message),
          operation.path_place, std::string(template_hint(parsed.error().message)));
      return std::nullopt;
    }
    return *std::move(parsed);
  }

  static std::string http_method(const spec::Operation& operation) {
    if (operation.method == "SEND") return "POST";
    if (operation.method == "RECEIVE") return "GET";
    return operation.method;
  }

  void check_conflicts(const Route& route, const Keys& keys) {
    const auto [same, is_new] = routes_.try_emplace(keys.same, route);
    if (!is_new) return report_conflict(route, same->second);
    const auto [similar, is_only] = shapes_.try_emplace(keys.similar, route);
    if (!is_only) report_ambiguity(route, similar->second);
  }

  void report_conflict(const Route& route, const Route& first) {
    const Site site = report_.operation(*route.unit, *route.operation);
    const spec::Operation& operation = *route.operation;
    std::string message =
        report_.purpose() == Purpose::kCompile
            ? fmt::format("routing conflict: {} {} declared in both '{}' and '{}'",
                          operation.method, operation.path, first.unit->file, route.unit->file)
            : fmt::format("routing conflict: {} {} is also declared in '{}'", operation.method,
                          operation.path, first.unit->path);
    add(site, "E1010", std::move(message), route, first,
        first.operation->path == operation.path
            ? "each path and method may be declared once in all specs together"
            : fmt::format("'{}' and '{}' are the same path", operation.path,
                          first.operation->path));
  }

  void report_ambiguity(const Route& route, const Route& first) {
    const Site site = report_.operation(*route.unit, *route.operation);
    add(site, "E1050",
        fmt::format("ambiguous route: '{}' and '{}' have same structure but different param names "
                    "({} in '{}' vs '{}')",
                    route.operation->path, first.operation->path, route.operation->method,
                    route.unit->file, first.unit->file),
        route, first,
        "both match the same requests: keep one, or tell them apart by a segment without a "
        "parameter");
  }

  /// The names in the path against the parameters that are declared `in: path`.
  void check_names(const Route& route, const std::vector<std::string>& names) {
    const std::set<std::string_view> known(names.begin(), names.end());
    std::set<std::string_view> undeclared = known;
    std::vector<const spec::Parameter*> strangers;
    for (const spec::Parameter& parameter : route.operation->parameters) {
      if (parameter.location != "path") continue;
      std::string_view name = parameter.name;
      if (name.ends_with('+')) name.remove_suffix(1);  // a wildcard's may carry it
      if (!known.contains(name)) strangers.push_back(&parameter);
      undeclared.erase(name);
    }
    for (const spec::Parameter* stranger : strangers) {
      report_stranger(route, *stranger, undeclared);
    }
    if (!strangers.empty()) return;
    for (std::string_view name : undeclared) report_undeclared(route, name);
  }

  /// No request could ever carry it.
  void report_stranger(const Route& route, const spec::Parameter& parameter,
                       const std::set<std::string_view>& undeclared) {
    constexpr std::size_t kFew = 20;
    const spec::Operation& operation = *route.operation;
    std::vector<std::string_view> candidates;
    if (undeclared.size() <= kFew) candidates.assign(undeclared.begin(), undeclared.end());
    report_.structural(
        report_.operation(*route.unit, operation),
        fmt::format("path parameter '{}' is not in the path '{}'", parameter.name, operation.path),
        member_place(parameter.node, "name"),
        did_you_mean(parameter.name, candidates,
                     candidates.size() == 1
                         ? fmt::format("the path calls it '{}'", candidates.front())
                         : fmt::format("write {{{}}} into the path, or remove the parameter",
                                       parameter.name)));
  }

  /// Told once for all methods of a path. Nothing is wrong with the operation: the value is merely
  /// not checked.
  void report_undeclared(const Route& route, std::string_view name) {
    const spec::Operation& operation = *route.operation;
    if (!undeclared_.emplace(operation.path, name).second) return;
    report_.warning(
        report_.operation(*route.unit, operation), "E1004",
        fmt::format("the path has '{{{}}}', but no parameter of this name is declared", name),
        operation.path_place,
        fmt::format("any value is accepted: declare it, such as {{name: {}, in: path, required: "
                    "true, schema: {{type: string}}}}",
                    name));
  }

  void check_operation_id(const Route& route) {
    const spec::Operation& operation = *route.operation;
    if (!operation.operation_id) return;
    const auto [first, is_new] = ids_.try_emplace(*operation.operation_id, route);
    if (is_new) return;
    const Route& other = first->second;
    base::Diagnostic diagnostic;
    const Site site = report_.operation(*route.unit, operation);
    const auto words = [](const Route& r) {
      return fmt::format("{} {} in '{}'", r.operation->method, r.operation->path, r.unit->file);
    };
    diagnostic.code = "E1055";
    diagnostic.message = fmt::format("duplicate operationId '{}': first at {}, duplicate at {}",
                                     *operation.operation_id, words(other), words(route));
    diagnostic.location = site.location;
    diagnostic.place = member_place(operation.node, "operationId");
    diagnostic.hint = "an operationId is unique across all specs of an artifact";
    diagnostic.notes.push_back(
        {"first declared here", member_place(other.operation->node, "operationId")});
    report_.add(site.unit, std::move(diagnostic));
  }

  void add(const Site& site, std::string_view code, std::string message, const Route& route,
           const Route& first, std::string hint) {
    // Two methods of one path stand below different keys; the path's key tells the rivals apart.
    base::Diagnostic diagnostic{base::Severity::kError,
                                std::string(code),
                                std::move(message),
                                site.location,
                                route.operation->path_place,
                                std::move(hint),
                                {}};
    diagnostic.notes.push_back({"first declared here", first.operation->path_place});
    report_.add(site.unit, std::move(diagnostic));
  }

  Report& report_;
  std::set<std::string> bad_paths_;
  std::set<std::pair<std::string, std::string>> undeclared_;  ///< paths and names in them
  std::unordered_map<std::string, Route> routes_, shapes_, ids_;
};

}  // namespace

void check_paths(const std::vector<SpecUnit>& units, Report& report) {
  PathChecks checks(report);
  for (const SpecUnit& unit : units) {
    if (!unit.api) continue;
    checks.next_unit();
    for (std::size_t index : in_source_order(*unit.api)) {
      checks.check({&unit, &unit.api->operations[index]});
    }
  }
}

}  // namespace barbacane::compiler
