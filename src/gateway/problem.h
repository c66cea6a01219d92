#pragma once

#include <cstdint>
#include <memory_resource>
#include <span>
#include <string_view>

#include "gateway/request_context.h"

/// Errors as problem documents (RFC 9457; data-plane contract, 7).
///
/// In production a document says what kind of thing went wrong and nothing about the spec behind
/// it; with `--dev` it also names spec, operation, dispatcher and the offending parts of the
/// request.
namespace barbacane::gateway {

enum class Problem : std::uint8_t {
  kValidationFailed,
  kBadRequest,
  kRouteNotFound,
  kNotFound,
  kMethodNotAllowed,
  kRequestTimeout,
  kPayloadTooLarge,
  kUriTooLong,
  kHeaderTooLarge,
  kInternalError,
  kUpstreamUnavailable,
  kCircuitOpen,
  kOverloaded,
  kUpstreamTimeout,
};

int status_of(Problem problem);

/// A part of the request that is wrong; shown with `--dev` only.
struct Violation {
  std::string_view field;
  std::string_view location;  ///< may be empty
  std::string_view reason;
  std::string_view code;
  std::string_view expected = {};  ///< may be empty
  /// Of a schema that was broken; all empty when none was.
  std::string_view keyword = {};
  std::string_view pointer = {};  ///< into the value: of the parameter, or of the body
  std::string_view schema = {};   ///< `shop.yaml:41:15`
};

/// What `--dev` adds; empty members are left out.
struct ProblemDetails {
  std::string_view detail;  ///< replaces the general sentence
  std::string_view spec;
  std::string_view operation;
  std::string_view dispatcher;
  std::span<const Violation> errors;
};

/// The document; `instance` is the request's path.
std::string_view problem_document(std::pmr::memory_resource* arena, Problem problem,
                                  std::string_view instance, const ProblemDetails* development);

/// Makes the document the answer. Fills in spec and operation from the request. `Step::kAnswer`, so
/// that a stage can return it.
Step answer_problem(RequestContext& request, Problem problem, ProblemDetails details = {});

}  // namespace barbacane::gateway
