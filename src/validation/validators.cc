#include <memory>
#include <utility>

#include "artifact/shared_schemas.h"
#include "base/text.h"
#include "schema/program_builder.h"
#include "validation/detail/places.h"
#include "validation/detail/request_validator_impl.h"
#include "validation/request_validator.h"

namespace barbacane::validation {

struct Validators::Impl {
  explicit Impl(schema::Program built) : program(std::move(built)) {}

  schema::Program program;
  std::vector<RequestValidator> operations;
};

namespace {

using schema::SchemaId;

/// The part of `routes.json` that requests are judged by, put together again from the model: one
/// document, so that a place in it is the place in the artifact.
class RoutesText {
 public:
  explicit RoutesText(const artifact::Routes& routes) {
    text_ = "{" + artifact::shared_schemas_member(routes) + ",\"operations\":[";
    for (const artifact::Operation& operation : routes.operations) {
      separate();
      text_ += "{\"parameters\":[";
      for (const artifact::Parameter& parameter : operation.parameters) {
        separate();
        text_ += "{\"schema\":";
        value(parameter.schema);
        text_ += '}';
      }
      text_ += ']';
      if (operation.request_body) append_body(*operation.request_body);
      text_ += '}';
    }
    text_ += "]}";
  }

  const std::string& text() const { return text_; }

 private:
  void append_body(const artifact::RequestBody& body) {
    text_ += ",\"request_body\":{\"content\":{";
    for (const auto& [name, media] : body.content) {
      member(name);
      text_ += "{\"schema\":";
      value(media.schema);
      text_ += ",\"encoding\":";
      value(media.encoding);
      text_ += '}';
    }
    text_ += "}}";
  }

  void separate() {
    if (text_.back() != '[' && text_.back() != '{') text_ += ',';
  }
  void member(std::string_view name) {
    separate();
    text_ += base::json_string(name);
    text_ += ':';
  }
  void value(const artifact::Json& json) { text_ += json.text.empty() ? "null" : json.text; }

  std::string text_;
};

/// What was asked of the builder for one operation.
struct Wanted {
  std::vector<std::optional<SchemaId>> parameters;
  std::vector<MediaSchemas> media;
};

class Build {
 public:
  Build(const artifact::Routes& routes, std::span<const std::vector<std::string>> path_names)
      : routes_(routes), path_names_(path_names) {}

  std::vector<Wanted> want(schema::ProgramBuilder& builder) const {
    std::vector<Wanted> wanted(routes_.operations.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const artifact::Operation& operation = routes_.operations[i];
      const std::string place = operation_place(i);
      for (std::size_t k = 0; k < operation.parameters.size(); ++k) {
        const artifact::Json& schema = operation.parameters[k].schema;
        wanted[i].parameters.push_back(want(builder, schema, detail::parameter_place(place, k)));
      }
      if (!operation.request_body) continue;
      const std::string body = detail::body_place(place);
      for (const auto& [name, media] : operation.request_body->content) {
        MediaSchemas& schemas = wanted[i].media.emplace_back();
        schemas.headers = part_headers_of(name, media);
        want(builder, media, detail::media_place(body, name), schemas);
      }
    }
    return wanted;
  }

  std::expected<std::unique_ptr<const RequestValidator::Impl>, BuildError> operation(
      std::size_t index, const Wanted& wanted, const schema::Program& program) const {
    const artifact::Operation& operation = routes_.operations[index];
    const std::string place = operation_place(index);
    auto parameters =
        ParameterSet::build(operation.parameters, wanted.parameters, path_names_[index], program,
                            query_names(operation), place);
    if (!parameters) {
      return std::unexpected(BuildError{
          index, guilty_parameter(index, wanted, program), std::move(parameters.error()), {}});
    }
    std::optional<BodyRules> body;
    if (operation.request_body) {
      const std::string body_place = detail::body_place(place);
      auto rules = BodyRules::build(*operation.request_body, wanted.media, program, body_place);
      if (!rules) {
        return std::unexpected(BuildError{index, body_place, std::move(rules.error()), {}});
      }
      body = std::move(*rules);
    }
    return std::make_unique<RequestValidator::Impl>(std::move(*parameters), std::move(body),
                                                    program);
  }

 private:
  static std::string operation_place(std::size_t index) {
    return std::string(kRoutesUri) + "#/operations/" + std::to_string(index);
  }
  static std::optional<SchemaId> want(schema::ProgramBuilder& builder, const artifact::Json& schema,
                                      std::string_view declaration) {
    if (schema.is_null()) return std::nullopt;
    return builder.want(detail::schema_place(declaration));
  }
  static void want(schema::ProgramBuilder& builder, const artifact::MediaType& media,
                   const std::string& declaration, MediaSchemas& out) {
    out.content = want(builder, media.schema, declaration);
    for (PartHeader& header : out.headers) {
      if (header.schema_place.empty()) continue;
      header.schema = builder.want(declaration + "/encoding" + header.schema_place);
    }
  }

  static QueryNames query_names(const artifact::Operation& operation) {
    if (!operation.validation) return {};
    const bool reject = operation.validation->unknown_query == "reject";
    return {reject ? UnknownQuery::kReject : UnknownQuery::kPass,
            operation.validation->known_query};
  }

  /// The set does not say which parameter it stumbled over: it is the one that fails alone.
  std::string guilty_parameter(std::size_t index, const Wanted& wanted,
                               const schema::Program& program) const {
    const std::span parameters(routes_.operations[index].parameters);
    const std::span schemas(wanted.parameters);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const auto alone = ParameterSet::build(parameters.subspan(i, 1), schemas.subspan(i, 1),
                                             path_names_[index], program, {});
      if (!alone) return detail::parameter_place(operation_place(index), i);
    }
    return operation_place(index) + "/parameters";
  }

  const artifact::Routes& routes_;
  std::span<const std::vector<std::string>> path_names_;
};

/// The operation a place lies in; 0 for shared schemas.
std::size_t operation_of(std::string_view place) {
  const std::string prefix = std::string(kRoutesUri) + "#/operations/";
  if (!place.starts_with(prefix)) return 0;
  std::size_t index = 0;
  for (const char c : place.substr(prefix.size())) {
    if (c < '0' || c > '9') break;
    index = index * 10 + static_cast<std::size_t>(c - '0');
  }
  return index;
}

std::vector<BuildError> with_operations(std::vector<schema::SchemaError> errors) {
  std::vector<BuildError> out;
  for (schema::SchemaError& error : errors) {
    out.push_back({operation_of(error.place), std::move(error.place), std::move(error.message),
                   std::move(error.hint)});
  }
  return out;
}

}  // namespace

std::expected<Validators, std::vector<BuildError>> Validators::build(
    const artifact::Routes& routes, std::span<const std::vector<std::string>> path_names,
    schema::Dialect dialect) {
  schema::ProgramBuilder builder({.formats = schema::BuildOptions::Formats::kAssert,
                                  .direction = schema::BuildOptions::Direction::kRequest});
  std::vector<Wanted> wanted;
  const Build build(routes, path_names);
  {
    const RoutesText document(routes);
    builder.add(std::string(kRoutesUri), document.text(), dialect);
    builder.set_shared_table(std::string(kRoutesUri));
    wanted = build.want(builder);
  }
  auto program = builder.build();
  if (!program) return std::unexpected(with_operations(std::move(program.error())));

  auto impl = std::make_unique<Impl>(std::move(*program));
  std::vector<BuildError> errors;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    auto operation = build.operation(i, wanted[i], impl->program);
    if (operation) {
      impl->operations.push_back(RequestValidator(std::move(*operation)));
    } else {
      errors.push_back(std::move(operation.error()));
    }
  }
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return Validators(std::move(impl));
}

Validators::Validators(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
Validators::Validators(Validators&&) noexcept = default;
Validators& Validators::operator=(Validators&&) noexcept = default;
Validators::~Validators() = default;

const RequestValidator& Validators::of(std::size_t operation) const {
  return impl_->operations[operation];
}

}  // namespace barbacane::validation
