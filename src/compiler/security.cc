#include <set>

#include <fmt/format.h>

#include "compiler/detail/stages.h"

namespace barbacane::compiler {

namespace {

void check_sunset(const Site& site, const OperationExtensions& extensions, Report& report) {
  if (!extensions.sunset || site.operation->deprecated) return;
  report.fault(site, "E1030", "sunset without 'deprecated: true'",
               key_place(site.node, extensions.sunset_key),
               "add 'deprecated: true' to the operation, or remove the date");
}

/// The upstream of a dispatcher's config: the first of the two fields that is a string.
const spec::Node* upstream_of(spec::NodeRef config) {
  if (!config) return nullptr;
  for (std::string_view field : {"url", "upstream"}) {
    const spec::Node* value = config->find(field);
    if (value != nullptr && value->is_string()) return value;
  }
  return nullptr;
}

class PlaintextCheck {
 public:
  void check(const Site& site, const PluginMention& dispatch, Report& report) {
    const spec::Node* upstream = upstream_of(dispatch.config);
    if (upstream == nullptr || !upstream->text().starts_with("http://")) return;
    // One default dispatcher serves many operations; it is wrong once.
    if (dispatch.elsewhere && !reported_.insert(upstream).second) return;
    report.error(site, "E1031",
                 fmt::format("plaintext HTTP upstream URL not allowed in production: {} - upstream "
                             "URL: {}",
                             site.words, upstream->text()),
                 spec::NodeRef{upstream, dispatch.config.document}.place(),
                 "use https://, or compile with --allow-plaintext for development");
  }

 private:
  std::set<const spec::Node*> reported_;
};

}  // namespace

void check_security(const std::vector<SpecUnit>& units, PlaintextUpstreams plaintext,
                    Report& report) {
  PlaintextCheck plaintext_check;
  for (const SpecUnit& unit : units) {
    for (std::size_t index : in_source_order(*unit.api)) {
      const OperationExtensions& extensions = unit.operations[index];
      const Site site = report.operation(unit, unit.api->operations[index]);
      check_sunset(site, extensions, report);
      if (plaintext == PlaintextUpstreams::kRefuse && extensions.dispatch) {
        plaintext_check.check(site, *extensions.dispatch, report);
      }
    }
  }
}

}  // namespace barbacane::compiler
