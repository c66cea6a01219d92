#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/artifact.h"
#include "artifact/model.h"
#include "base/diagnostic.h"
#include "compiler/catalog.h"

/// Specs in, artifact out.
///
/// The life of a spec, one file a stage: manifest, reading, extensions, paths, plugins, security,
/// limits, mcp, chains, routes, documents, sealing (README.md of this folder). All problems of a
/// stage are collected before the compilation stops. Blocking and single-threaded by contract of
/// the callers; no function throws. Compiler contract; CLI contract, sections 4, 5, 8 and 9.
namespace barbacane::compiler {

enum class PlaintextUpstreams { kRefuse, kAllow };
enum class DownloadCache { kUse, kIgnore };

struct CompileRequest {
  std::string manifest;            ///< path of barbacane.yaml
  std::vector<std::string> specs;  ///< as typed; empty takes the manifest's folder
  PlaintextUpstreams plaintext = PlaintextUpstreams::kRefuse;
  DownloadCache downloads = DownloadCache::kUse;
  Catalog catalog = {};  ///< plugins that need no declaration
  artifact::Provenance provenance;
  artifact::Compression compression = artifact::Compression::kSmall;
};

/// What was read: the texts behind the diagnostics, for excerpts, by the `file` of a SourcePlace.
class Sources {
 public:
  virtual ~Sources() = default;
  virtual std::optional<std::string_view> text(std::string_view file) const = 0;
  /// The specs and every file they refer to, as far as the run came.
  virtual std::vector<std::string> files() const = 0;
};

/// What the operator got wrong before any spec was read: manifest or spec files missing or not
/// parsing. `message` is the contract's whole text after `error: ` (CLI contract, section 4).
struct SetupError {
  std::string message;
};

struct CompileOutcome {
  std::optional<SetupError> setup_error;
  /// In the order of reporting. Classes without a code (plugin resolution, I/O, signing) have an
  /// empty code and the class in the message: `plugin resolution error: …`.
  std::vector<base::Diagnostic> diagnostics;
  std::shared_ptr<const Sources> sources;  ///< never null

  /// The sealed archive; empty when there was an error.
  std::string archive;
  std::size_t spec_count = 0;
  std::size_t route_count = 0;
  std::size_t plugin_count = 0;

  bool ok() const { return !archive.empty(); }
};

/// Reads BARBACANE_SIGNING_KEY, SOURCE_DATE_EPOCH and HOME from the environment.
CompileOutcome compile(const CompileRequest& request);

/// A spec that is not in a file; `path` is what diagnostics and the artifact call it.
struct SpecText {
  std::string path;
  std::string text;
};

struct TextRequest {
  std::string manifest;  ///< text of `barbacane.yaml`; empty declares nothing
  std::vector<SpecText> specs;
  PlaintextUpstreams plaintext = PlaintextUpstreams::kRefuse;
  Catalog catalog = {};
};

/// The same compilation without files, network and environment: references to other files and
/// declared plugins cannot be resolved, the artifact is unsigned and made at the epoch.
CompileOutcome compile_texts(const TextRequest& request);

/// One spec of `validate`, in argument order.
struct ValidatedSpec {
  std::string file;  ///< as typed
  std::vector<base::Diagnostic> diagnostics;
  bool valid() const { return !base::has_errors(diagnostics); }
};

struct ValidateOutcome {
  std::vector<ValidatedSpec> specs;
  std::shared_ptr<const Sources> sources;  ///< never null
};

/// No manifest, no plugins, no artifact (CLI contract, section 5).
ValidateOutcome validate(const std::vector<std::string>& specs);

}  // namespace barbacane::compiler
