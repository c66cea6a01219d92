#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "artifact/model.h"
#include "artifact/source_map.h"
#include "gateway/dispatchers/dispatcher.h"
#include "gateway/dispatchers/mock_answers.h"
#include "gateway/gateway.h"
#include "gateway/plugins/loading.h"
#include "gateway/plugins/plugin_chain.h"
#include "router/router.h"
#include "validation/request_validator.h"

/// Everything needed to answer requests from one artifact.
///
/// Made once by `load`, immutable from then on and shared by all workers; a reload makes another
/// one beside it. What belongs to the process (counters, connections) is not in here.
namespace barbacane::gateway {

/// One operation with everything about it decided.
struct CompiledOperation {
  std::string path;    ///< template as written
  std::string method;  ///< as requests carry it
  std::string operation_id;
  std::string spec_file;
  std::string api;                      ///< the file's name without its suffix
  std::vector<std::string> parameters;  ///< names of the captures, left to right
  PluginChain chain;
  const Dispatcher* dispatcher = nullptr;
  std::string_view dispatcher_name;
  bool dispatcher_is_module = false;
  std::shared_ptr<const MockAnswers> mock_answers;  ///< null unless the compiler prepared some
  enum class Validation : std::uint8_t {
    kEnforce,
    kReport,  ///< what is wrong is logged, and the request passes
    kOff,
  } validation = Validation::kEnforce;
  /// Failures are logged with the parts of the request they are about.
  bool detailed_validation_logs = false;
  const validation::RequestValidator* validator = nullptr;
  bool deprecated = false;
  std::string sunset;  ///< HTTP-date; empty when there is none
};

/// What the artifact says about itself.
struct Facts {
  int artifact_version = 0;
  std::string artifact_hash;
  std::string compiler_version;
  std::size_t specs = 0;
  std::size_t plugins = 0;
  bool holds_secrets = false;  ///< some config was completed with secrets
  /// Members of the provenance document (data-plane contract, 9.1) up to `drift_detected`.
  std::string provenance;
  /// The only spec there is, for errors that no operation stands behind; else empty.
  std::string only_spec;
  std::chrono::steady_clock::duration load_time{};
};

/// What a snapshot is made with besides its artifact: `process` outlives it, the rest need not.
struct BuildContext {
  /// Configs with secrets in place of their references, by their text in the artifact; those
  /// without references are not here.
  using Resolved = std::map<std::string, std::string, std::less<>>;

  const Options& options;
  ProcessState& process;
  Resolved resolved = {};
  LoadedPlugins plugins = {};
};

class Snapshot {
 public:
  using Documents = std::map<std::string, artifact::ServedDocument, std::less<>>;

  /// Takes what it serves out of `contents`, whose source map is read when it is there. Errors: a
  /// template, a pair of routes or a schema that cannot be (exit 10), a config its dispatcher
  /// refuses (exit 14).
  static std::expected<std::unique_ptr<Snapshot>, StartError> build(artifact::Contents contents,
                                                                    BuildContext context);

  void find(std::string_view path, std::string_view method, router::Lookup& lookup) const {
    routes_.find(path, method, lookup);
  }
  const CompiledOperation& operation(std::uint32_t index) const { return operations_[index]; }
  std::size_t route_count() const { return operations_.size(); }
  const Facts& facts() const { return facts_; }
  Facts& facts() { return facts_; }

  /// By position: the plugin of each pool of instances a worker has.
  std::span<const Plugin* const> pools() const { return pools_; }

  /// Where in the specs what validation named stands; nothing unless the source map was read.
  std::optional<artifact::Source> source_of(std::string_view schema) const;
  /// The same for people, `shop.yaml:41:15`; when it is not known, the place in the artifact. Empty
  /// for empty.
  std::string place_of(std::string_view schema) const;

  /// Null when the artifact has no such document.
  const artifact::ServedDocument* document(std::string_view name) const;

 private:
  Snapshot(router::RouteTable routes, validation::Validators validators,
           std::vector<CompiledOperation> operations,
           std::vector<std::unique_ptr<Dispatcher>> dispatchers, Documents documents,
           artifact::SourceMap source_map, Facts facts);

  router::RouteTable routes_;
  validation::Validators validators_;
  std::vector<CompiledOperation> operations_;
  std::vector<std::unique_ptr<Dispatcher>> dispatchers_;
  Documents documents_;
  artifact::SourceMap source_map_;  ///< empty unless in development
  Facts facts_;
  LoadedPlugins plugins_;
  std::vector<const Plugin*> pools_;
};

}  // namespace barbacane::gateway
