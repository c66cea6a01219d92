#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/model.h"
#include "schema/program.h"
#include "schema/program_builder.h"
#include "validation/multipart.h"
#include "validation/request_parts.h"
#include "validation/violation.h"
#include "validation/workspace.h"

/// Whether a request is what its operation declares (data-plane contract, 6).
///
/// `Validators` compiles every operation of an artifact against one shared program: the compiler
/// does so to prove that it can be done, the data plane to do it. A `RequestValidator` then judges
/// the parts of a request in the contract's order; the fast calls say only whether and where it
/// failed, `explain_…` says why.
///
/// Immutable; any thread, each with its own `Workspace`.
namespace barbacane::validation {

class RequestValidator {
 public:
  /// Path, query, header and cookie parameters.
  std::optional<Category> check_parameters(const RequestParts& request, Workspace& workspace) const;
  std::vector<Violation> explain_parameters(Category category, const RequestParts& request,
                                            Workspace& workspace) const;

  /// What is to be done about a body, by its content type.
  struct BodyPlan {
    enum class Kind : std::uint8_t {
      kNothing,      ///< none declared, or its content is not looked at
      kBuffered,     ///< `check_body` with the whole body
      kStreamed,     ///< a `MultipartCheck` with `multipart`
      kUnsupported,  ///< the content type is not declared
    } kind = Kind::kNothing;
    /// How a buffered body is read.
    enum class Reading : std::uint8_t { kJson, kForm, kText } reading = Reading::kJson;
    std::size_t media = 0;                      ///< index of the declared media type
    const MultipartRules* multipart = nullptr;  ///< of kStreamed
    /// What the plan was made for, as sent.
    std::string_view content_type = {};
    std::string_view content_encoding = {};
  };
  /// For a request that has a body; both texts are empty when the request has no such field, and
  /// outlive the plan.
  BodyPlan plan_body(std::string_view content_type, std::string_view content_encoding) const;
  bool requires_body() const;

  bool check_body(const BodyPlan& plan, std::string_view body, Workspace& workspace) const;
  /// At least one, at most `limit`.
  std::vector<Violation> explain_body(const BodyPlan& plan, std::string_view body,
                                      Workspace& workspace, std::size_t limit = kMostShown) const;
  /// For kUnsupported.
  Violation unsupported_content_type(const BodyPlan& plan) const;
  /// For a declared content type that nothing can be done with as it was sent.
  Violation unusable_content_type(const BodyPlan& plan, std::string reason) const;
  /// For a required body that is absent.
  Violation missing_body() const;

  RequestValidator(RequestValidator&&) noexcept;
  RequestValidator& operator=(RequestValidator&&) noexcept;
  ~RequestValidator();

  struct Impl;
  explicit RequestValidator(std::unique_ptr<const Impl> impl);

 private:
  std::unique_ptr<const Impl> impl_;
};

/// A schema or parameter that cannot be compiled.
struct BuildError {
  std::size_t operation = 0;  ///< index; of an error in a shared schema, one that uses it
  std::string place;          ///< see `operation_uri`; empty when no schema is to blame
  std::string message;
  std::string hint;
};

/// URIs the program of an artifact is built from, and so what `Violation::schema` begins with:
/// `routes#/schemas/NAME` for shared schemas, `routes#/operations/12/parameters/0/schema`,
/// `routes#/operations/12/request_body/content/application~1json/schema`: places in `routes.json`.
inline constexpr std::string_view kRoutesUri = "routes";

class Validators {
 public:
  /// `dialect` is that of schemas without `$schema`: OpenAPI 3.0 only for artifacts of the earlier
  /// implementation. `path_names[i]` are the captures of operation i.
  static std::expected<Validators, std::vector<BuildError>> build(
      const artifact::Routes& routes, std::span<const std::vector<std::string>> path_names,
      schema::Dialect dialect);

  Validators(Validators&&) noexcept;
  Validators& operator=(Validators&&) noexcept;
  ~Validators();

  const RequestValidator& of(std::size_t operation) const;

 private:
  struct Impl;
  explicit Validators(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

}  // namespace barbacane::validation
