#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "compiler/detail/stages.h"

namespace barbacane::compiler {

namespace {

constexpr std::uint64_t kMaxDepth = 128;
constexpr std::uint64_t kMaxProperties = 65'536;

/// Of a schema as written, references not followed (compiler contract, 4.2).
struct Measure {
  std::uint64_t depth = 0;
  std::uint64_t properties = 0;

  void take_child(const Measure& child) {
    depth = std::max(depth, child.depth + 1);
    properties += child.properties;
  }
};

class Measures {
 public:
  /// Aliases share nodes, so each node is measured once.
  Measure of(const spec::Node& schema) {
    if (!schema.is_object()) return {};
    if (const auto known = known_.find(&schema); known != known_.end()) return known->second;
    Measure measure;
    if (const spec::Node* properties = schema.find("properties")) {
      measure.properties = properties->members().size();
      for (const spec::Member& property : properties->members()) {
        measure.take_child(of(*property.value));
      }
    }
    for (std::string_view keyword : {"items", "additionalProperties"}) {
      const spec::Node* child = schema.find(keyword);
      if (child != nullptr && child->is_object()) measure.take_child(of(*child));
    }
    for (std::string_view keyword : {"allOf", "oneOf", "anyOf"}) {
      const spec::Node* list = schema.find(keyword);
      if (list == nullptr) continue;
      for (const spec::Node* member : list->items()) measure.take_child(of(*member));
    }
    known_.emplace(&schema, measure);
    return measure;
  }

 private:
  std::unordered_map<const spec::Node*, Measure> known_;
};

class LimitCheck {
 public:
  explicit LimitCheck(Report& report) : report_(report) {}

  void check(const Site& site, spec::NodeRef schema, const std::string& part) {
    if (!schema) return;
    const Measure measure = measures_.of(*schema.node);
    const std::string where = fmt::format("{} {}", site.words, part);
    if (measure.depth > kMaxDepth) {
      report_.error(site, "E1051",
                    fmt::format("schema too deep: {} - depth {} exceeds limit {}", where,
                                measure.depth, kMaxDepth),
                    schema.place(), "move inner schemas to components and refer to them");
    }
    if (measure.properties > kMaxProperties) {
      report_.error(site, "E1052",
                    fmt::format("schema too complex: {} - {} properties exceed limit {}", where,
                                measure.properties, kMaxProperties),
                    schema.place(), "move inner schemas to components and refer to them");
    }
  }

 private:
  Report& report_;
  Measures measures_;
};

}  // namespace

void check_limits(const std::vector<SpecUnit>& units, Report& report) {
  LimitCheck limits(report);
  for (const SpecUnit& unit : units) {
    for (std::size_t index : in_source_order(*unit.api)) {
      const spec::Operation& operation = unit.api->operations[index];
      const Site site = report.operation(unit, operation);
      for (const spec::Parameter& parameter : operation.parameters) {
        limits.check(site, parameter.schema, fmt::format("parameter '{}'", parameter.name));
      }
      if (!operation.request_body) continue;
      for (const spec::MediaType& media : operation.request_body->content) {
        limits.check(site, media.schema, fmt::format("request body ({})", media.name));
      }
    }
  }
}

}  // namespace barbacane::compiler
