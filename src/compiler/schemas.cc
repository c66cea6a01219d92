#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "artifact/shared_schemas.h"
#include "base/json_pointer.h"
#include "base/text.h"
#include "compiler/detail/source_map.h"
#include "compiler/detail/stages.h"
#include "router/router.h"
#include "schema/program_builder.h"
#include "validation/request_validator.h"

namespace barbacane::compiler {

namespace {

class SchemaCheck {
 public:
  SchemaCheck(std::span<const SpecUnit> units, const artifact::Routes& routes, SchemaTable& schemas,
              Report& report)
      : units_(units),
        operations_(routed_operations(units)),
        routes_(routes),
        places_(units, schemas),
        report_(report) {}

  void run() {
    check_presence();
    check_requests();
    check_responses();
  }

 private:
  /// `schema:` with nothing behind it looks like none in the artifact and would accept everything.
  void check_presence() {
    for (const RoutedOperation& routed : operations_) {
      const auto check = [&](spec::NodeRef schema, spec::NodeRef owner) {
        if (!schema || schema->kind() != spec::Kind::kNull) return;
        tell(report_.operation(*routed.unit, routed.operation()), key_place(owner, "schema"),
             "the schema is empty", "write a schema, or leave the key 'schema' out");
      };
      const spec::Operation& operation = routed.operation();
      for (const spec::Parameter& parameter : operation.parameters) {
        check(parameter.schema, parameter.node);
      }
      const auto check_content = [&](const std::vector<spec::MediaType>& content) {
        for (const spec::MediaType& media : content) check(media.schema, media.node);
      };
      if (operation.request_body) {
        check_content(operation.request_body->content);
        for (const spec::MediaType& media : operation.request_body->content) {
          for (const spec::PartHeader& header : media.part_headers) {
            check(header.parameter.schema, header.parameter.node);
          }
        }
      }
      for (const spec::Response& response : operation.responses) check_content(response.content);
    }
  }

  void check_requests() {
    std::vector<std::vector<std::string>> path_names;
    for (const artifact::Operation& operation : routes_.operations) {
      const auto path = router::parse_template(operation.path);
      path_names.push_back(path ? path->parameters() : std::vector<std::string>());
    }
    const auto built =
        validation::Validators::build(routes_, path_names, schema::Dialect::kDraft202012);
    if (built) return;
    for (const validation::BuildError& error : built.error()) {
      const std::string place =
          error.place.empty()
              ? fmt::format("{}#/operations/{}", validation::kRoutesUri, error.operation)
              : error.place;
      tell(place, error.message, error.hint);
    }
  }

  /// Nothing is checked against them at run time, but what is generated and documented is.
  void check_responses() {
    std::string document = "{" + artifact::shared_schemas_member(routes_) + ",\"operations\":[";
    const auto separate = [&] {
      if (document.back() != '{' && document.back() != '[') document.push_back(',');
    };
    const auto member = [&](std::string_view name) {
      separate();
      document += base::json_string(name) + ":";
    };
    std::vector<std::string> wanted;
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < routes_.operations.size(); ++i) {
      separate();
      document += "{\"responses\":{";
      for (const auto& [status, content] : routes_.operations[i].responses) {
        member(status);
        document += "{\"content\":{";
        for (const auto& [name, media] : content) {
          if (media.schema.is_null() || !seen.insert(media.schema.text).second) continue;
          member(name);
          document += "{\"schema\":" + media.schema.text + "}";
          std::string place = fmt::format("{}#/operations/{}/responses", validation::kRoutesUri, i);
          base::append_pointer_token(place, status);
          place += "/content";
          base::append_pointer_token(place, name);
          wanted.push_back(place + "/schema");
        }
        document += "}}";
      }
      document += "}}";
    }
    document += "]}";
    if (wanted.empty()) return;
    schema::ProgramBuilder builder;
    builder.add(std::string(validation::kRoutesUri), document);
    builder.set_shared_table(std::string(validation::kRoutesUri));
    for (const std::string& place : wanted) builder.want(place);
    const auto built = builder.build();
    if (built) return;
    for (const schema::SchemaError& error : built.error()) {
      tell(error.place, error.message, error.hint);
    }
  }

  void tell(std::string_view place, const std::string& message, const std::string& hint) {
    const std::string_view pointer = place.substr(std::min(place.find('#') + 1, place.size()));
    const SpecPlace found = places_.find(pointer);
    const RoutedOperation* routed = places_.operation(pointer);
    tell(routed != nullptr ? report_.operation(*routed->unit, routed->operation())
                           : report_.root(unit_of(found.object)),
         found.source(), message, hint);
  }

  /// What many operations share is told once.
  void tell(const Site& site, base::SourcePlace place, const std::string& message,
            std::string hint) {
    if (!told_.emplace(place.file, place.position.line, place.position.column, message).second) {
      return;
    }
    report_.structural(site, message, std::move(place), std::move(hint));
  }

  const SpecUnit& unit_of(spec::NodeRef node) const {
    const auto unit = std::ranges::find_if(units_, [&](const SpecUnit& candidate) {
      return candidate.api->document == node.document;
    });
    return unit == units_.end() ? units_.front() : *unit;
  }

  std::span<const SpecUnit> units_;
  std::vector<RoutedOperation> operations_;
  const artifact::Routes& routes_;
  SchemaPlaces places_;
  Report& report_;
  std::set<std::tuple<std::string, std::uint32_t, std::uint32_t, std::string>> told_;
};

}  // namespace

void check_schemas(std::span<const SpecUnit> units, const artifact::Routes& routes,
                   SchemaTable& schemas, Report& report) {
  SchemaCheck(units, routes, schemas, report).run();
}

}  // namespace barbacane::compiler
