#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "spec/document.h"

/// An OpenAPI description read into the shape the compiler works on.
///
/// Reading resolves every `$ref` to a parameter, request body, response and path item; schemas stay
/// nodes of the tree with their references in place. Extensions are not interpreted here: the
/// compiler finds them on `Operation::node` and `Api::root`. Compiler contract, sections 1 and 1.2.
namespace barbacane::spec {

enum class ApiKind { kOpenApi, kAsyncApi };

struct Parameter {
  std::string name;
  std::string location;   ///< `path`, `query`, `header`, `cookie`, `querystring`
  bool required = false;  ///< path parameters always
  NodeRef schema;         ///< of `schema`, or of the only `content` entry; null when absent
  std::optional<std::string> style;
  std::optional<bool> explode;
  std::optional<std::string> content_type;  ///< when the schema came from `content`
  bool allow_empty_value = false;
  NodeRef node;
};

/// A header that `encoding` declares for the parts of one property.
struct PartHeader {
  std::string property;
  Parameter parameter;  ///< the header, as one of requests
};

struct MediaType {
  std::string name;                           ///< the key of `content`, as written
  NodeRef schema;                             ///< null when absent
  NodeRef encoding;                           ///< null when absent
  NodeRef node;                               ///< the media type object
  std::vector<PartHeader> part_headers = {};  ///< of request bodies only; sorted
};

struct RequestBody {
  bool required = false;
  std::vector<MediaType> content;  ///< in key order
  NodeRef node;
};

struct Response {
  std::string status;              ///< `200`, `2XX`, `default`
  std::vector<MediaType> content;  ///< in key order; empty for an answer without a body
  NodeRef node;
};

struct Operation {
  std::string path;       ///< template as written
  std::string spec_file;  ///< base name of the spec, also when the operation stands in a fragment
  std::string method;     ///< upper case
  NodeRef node;
  base::SourcePlace path_place;    ///< of the path's key
  base::SourcePlace method_place;  ///< of the method's key
  std::optional<std::string> operation_id;
  std::optional<std::string> summary;
  std::optional<std::string> description;
  bool deprecated = false;
  std::vector<Parameter> parameters;  ///< path-item ones first, overridden ones left out
  std::optional<RequestBody> request_body;
  std::vector<Response> responses;  ///< in key order

  /// `GET /users in 'api.yaml'`, the contract's {loc}.
  std::string location() const;
};

struct Api {
  ApiKind kind = ApiKind::kOpenApi;
  const Document* document = nullptr;
  std::string version;                ///< of the `openapi` or `asyncapi` field
  std::string title;                  ///< info.title
  std::string info_version;           ///< info.version, `0.0.0` when absent
  std::vector<Operation> operations;  ///< sorted by path, then method (byte order)
};

struct ReadResult {
  std::optional<Api> api;  ///< absent when the document is no API description at all
  std::vector<base::Diagnostic> diagnostics;  ///< E1001, E1003, E1004; all there are, and warnings
};

/// Never throws; AsyncAPI documents come back with their kind, version and title and without
/// operations.
ReadResult read_api(Project& project, const Document& document);

}  // namespace barbacane::spec
