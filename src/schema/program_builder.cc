#include "schema/program_builder.h"

#include <unordered_map>
#include <utility>

#include "schema/detail/code.h"
#include "schema/detail/compiler.h"
#include "schema/detail/documents.h"

namespace barbacane::schema {

std::optional<Dialect> parse_dialect(std::string_view uri) {
  if (uri.ends_with('#')) uri.remove_suffix(1);
  if (uri == "https://json-schema.org/draft/2020-12/schema") return Dialect::kDraft202012;
  if (uri == "http://json-schema.org/draft-07/schema" ||
      uri == "https://json-schema.org/draft-07/schema") {
    return Dialect::kDraft07;
  }
  // The dialects of 3.1 and later are dated: `…/3.1/dialect/base`, `…/3.1/dialect/2024-11-10`.
  constexpr std::string_view kOpenApi = "https://spec.openapis.org/oas/3.";
  if (!uri.starts_with(kOpenApi)) return std::nullopt;
  uri.remove_prefix(kOpenApi.size());
  if (uri.starts_with("0/")) return Dialect::kOpenApi30;
  if (uri.find("/dialect/") != std::string_view::npos) return Dialect::kDraft202012;
  return std::nullopt;
}

struct ProgramBuilder::Impl {
  BuildOptions options;
  detail::Documents documents;
  std::vector<std::string> wanted;
  std::unordered_map<std::string, std::uint32_t> ids;
  std::vector<SchemaError> errors;
};

ProgramBuilder::ProgramBuilder(BuildOptions options) : impl_(std::make_unique<Impl>()) {
  impl_->options = options;
}

ProgramBuilder::~ProgramBuilder() = default;

void ProgramBuilder::add(std::string uri, std::string_view json, Dialect dialect) {
  const bool assert_formats = impl_->options.formats == BuildOptions::Formats::kAssert;
  impl_->documents.add(std::move(uri), json, dialect, assert_formats, impl_->errors);
}

void ProgramBuilder::set_shared_table(std::string uri) {
  impl_->documents.set_shared_table(std::move(uri));
}

SchemaId ProgramBuilder::want(std::string_view uri) {
  const auto next = static_cast<std::uint32_t>(impl_->wanted.size());
  const auto [at, added] = impl_->ids.emplace(uri, next);
  if (added) impl_->wanted.emplace_back(uri);
  return SchemaId{at->second};
}

std::expected<Program, std::vector<SchemaError>> ProgramBuilder::build() {
  if (!impl_->errors.empty()) return std::unexpected(std::move(impl_->errors));
  auto program = std::make_unique<Program::Impl>();
  impl_->documents.scan();
  detail::Compiler compiler(impl_->documents, impl_->options, *program, impl_->errors);
  compiler.compile(impl_->wanted);
  if (!impl_->errors.empty()) return std::unexpected(std::move(impl_->errors));
  program->shrink();
  return Program(std::move(program));
}

}  // namespace barbacane::schema
