#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// What an artifact holds, as plain values.
///
/// The compiler fills a `Contents` and the writer seals it; the reader opens a file, verifies it
/// and hands back a `Contents`. Anything that is "any JSON" (configs, schemas, bindings) travels as
/// text, so that numbers stay exact and nobody pays for parsing what he does not read.
/// Compiler contract, sections 7 and 8.
namespace barbacane::artifact {

/// One JSON value as text, compact or not. Object keys are sorted. Empty means JSON `null`.
struct Json {
  std::string text;

  bool is_null() const { return text.empty() || text == "null"; }
  friend bool operator==(const Json&, const Json&) = default;
};

/// A place in a spec: path of the file in its project, line and column from 1.
struct Source {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct Parameter {
  std::string name;
  std::string location;
  bool required = false;
  Json schema;
  std::optional<std::string> style;
  std::optional<bool> explode;
  std::optional<std::string> content_type;
  bool allow_empty_value = false;
  std::optional<Source> source;
};

struct MediaType {
  Json schema;
  Json encoding;  ///< null when absent
};

using Content = std::map<std::string, MediaType>;  ///< by media type

struct RequestBody {
  bool required = false;
  Content content;
};

/// A plugin with its config, as dispatcher or as an entry of a chain.
struct PluginUse {
  std::string name;
  Json config;
};

struct Message {
  std::string name;
  Json payload;
  std::optional<std::string> content_type;
  Json bindings;
};

struct Observability {
  std::optional<double> trace_sampling;
  std::optional<bool> detailed_validation_logs;
  std::optional<std::int64_t> latency_slo_ms;
};

struct Validation {
  std::string mode = "enforce";        ///< enforce, report, off
  std::string unknown_query = "pass";  ///< pass, reject
  /// Names in the query that are no parameter's but known all the same: those of security schemes.
  std::vector<std::string> known_query;
};

/// One operation of `routes.json` (7.3).
struct Operation {
  std::string path;    ///< template as written
  std::string method;  ///< upper case; SEND and RECEIVE for AsyncAPI
  std::optional<std::string> operation_id;
  std::optional<std::string> summary;
  std::optional<std::string> description;
  std::vector<Parameter> parameters;
  std::optional<RequestBody> request_body;
  PluginUse dispatch;
  std::vector<PluginUse> middlewares;
  bool deprecated = false;
  std::optional<std::string> sunset;  ///< HTTP-date
  std::vector<Message> messages;
  Json bindings;
  std::map<std::string, Content> responses;  ///< by status
  std::optional<bool> mcp_enabled;
  std::optional<std::string> mcp_description;
  std::optional<Validation> validation;
  std::optional<Observability> observability;
  Json mock;  ///< prepared answers for `from_spec`
  std::optional<Source> source;
  std::string spec_file;  ///< base name; empty when unknown
};

struct Routes {
  std::vector<Operation> operations;    ///< sorted by (path, method), index = position
  std::map<std::string, Json> schemas;  ///< shared schemas by name
};

struct SourceSpec {
  std::string file;     ///< base name, or relative path of a fragment
  std::string sha256;   ///< hex; filled by the writer
  std::string type;     ///< openapi, asyncapi, fragment
  std::string version;  ///< spec version string; empty for fragments
  std::string bytes;    ///< the file itself
};

struct Plugin {
  std::string name;
  std::string version;
  std::string plugin_type;  ///< middleware, dispatcher, plugin
  std::string sha256;       ///< hex; filled by the writer
  bool body_access = false;
  std::vector<std::string> host_functions;  ///< declaration order
  std::string wasm;                         ///< the module's bytes
};

struct Mcp {
  bool enabled = false;
  std::optional<std::string> server_name;
  std::optional<std::string> server_version;
};

struct Provenance {
  std::optional<std::string> commit;
  std::optional<std::string> source;
};

/// Format of the container; readers refuse every other number.
inline constexpr int kArtifactVersion = 4;

/// `manifest.json` without what the archive entries carry.
struct Manifest {
  int artifact_version = kArtifactVersion;
  std::string compiled_at;  ///< RFC 3339
  std::string compiler_version;
  std::map<std::string, std::string> checksums;  ///< entry name to `sha256:{hex}`
  std::string artifact_hash;                     ///< `sha256:{hex}`
  Provenance provenance;
  Mcp mcp;
  std::optional<std::string> signature;           ///< hex
  std::optional<std::string> signing_public_key;  ///< hex
  bool capabilities_enforced = false;
};

/// A document for the reserved endpoints, as it lies in the archive: gzip, so that neither the
/// load nor the resident memory of a data plane pays for documents nobody asks for.
struct ServedDocument {
  std::string media_type;  ///< decided by the suffix of its name: .json or .yaml
  std::string gzip;
};

struct Contents {
  Manifest manifest;
  Routes routes;
  std::vector<SourceSpec> specs;  ///< sorted by file
  std::vector<Plugin> plugins;    ///< sorted by name
  /// By name below `documents/`, without the `.gz` of the entry: `index.json`, `openapi.json`,
  /// `openapi.yaml`, `asyncapi.*`, and `specs/{file}.json`, `specs/{file}.yaml`.
  std::map<std::string, ServedDocument> documents;
  /// Where the schemas stood in the specs, packed (`source_map.h`); empty when unknown.
  std::string source_map;
};

}  // namespace barbacane::artifact
