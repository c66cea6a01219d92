#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <set>

#include <fmt/format.h>

#include "artifact/artifact.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/version.h"
#include "compiler/detail/stages.h"

namespace barbacane::compiler {

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

base::Result<std::optional<artifact::SigningKey>> signing_key() {
  const std::string path = environment("BARBACANE_SIGNING_KEY");
  if (path.empty()) return std::nullopt;
  constexpr std::size_t kLimit = std::size_t{1} << 20;
  const auto bytes = base::read_file(path, kLimit);
  if (!bytes) {
    return base::fail(fmt::format("artifact signing error: reading BARBACANE_SIGNING_KEY: {}",
                                  bytes.error().message));
  }
  auto key = artifact::SigningKey::parse(*bytes);
  if (!key) {
    return base::fail(
        fmt::format("artifact signing error: invalid PKCS#8 Ed25519 key: {}", key.error().message));
  }
  return std::move(*key);
}

/// SOURCE_DATE_EPOCH (reproducible-builds.org), else now.
base::Result<base::WallTime> compile_time() {
  const std::string text = environment("SOURCE_DATE_EPOCH");
  if (text.empty()) return std::chrono::system_clock::now();
  constexpr std::int64_t kEndOfClock = 9'223'372'035;  // in the year 2262
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size() || seconds < 0 ||
      seconds > kEndOfClock) {
    return base::fail(fmt::format("SOURCE_DATE_EPOCH is not a number of seconds: '{}'", text));
  }
  return base::WallTime(std::chrono::seconds(seconds));
}

}  // namespace

base::Result<> check_file_names(const std::vector<SpecUnit>& units) {
  std::map<std::string, std::string> paths;
  for (const SpecUnit& unit : units) {
    const auto [other, is_new] = paths.emplace(unit.file, unit.path);
    if (is_new) continue;
    return base::fail(fmt::format("two specs have the file name '{}': {} and {}; rename one",
                                  unit.file, other->second, unit.path));
  }
  return {};
}

base::Result<std::vector<artifact::SourceSpec>> source_specs(const std::vector<SpecUnit>& units,
                                                             const spec::Project& project) {
  std::vector<artifact::SourceSpec> specs;
  std::set<const spec::Document*> apis;
  std::map<std::string, std::string> paths;
  for (const SpecUnit& unit : units) {
    paths.emplace(unit.file, unit.path);
    apis.insert(unit.api->document);
    specs.push_back({unit.file, {}, "openapi", unit.api->version, unit.api->document->text()});
  }
  for (const spec::Document* document : project.documents()) {
    if (apis.contains(document)) continue;
    std::string path = project.relative_path(*document);
    const auto [other, is_new] = paths.emplace(path, path);
    if (!is_new) {
      return base::fail(
          fmt::format("the referenced file {} has the file name of the spec {}; "
                      "rename one",
                      path, other->second));
    }
    specs.push_back({std::move(path), {}, "fragment", {}, document->text()});
  }
  std::ranges::sort(specs, {}, &artifact::SourceSpec::file);
  return specs;
}

base::Result<std::string> seal_artifact(SealRequest request, Environment environment) {
  std::optional<artifact::SigningKey> key;
  base::WallTime time{};
  if (environment == Environment::kRead) {
    auto read_key = signing_key();
    if (!read_key) return std::unexpected(read_key.error());
    key = std::move(*read_key);
    const auto read_time = compile_time();
    if (!read_time) return std::unexpected(read_time.error());
    time = *read_time;
  }
  artifact::Manifest& manifest = request.contents.manifest;
  manifest.compiled_at = base::rfc3339(time);
  manifest.compiler_version = base::kVersion;
  manifest.provenance = std::move(request.provenance);
  manifest.capabilities_enforced = true;
  return artifact::seal(std::move(request.contents), key ? &*key : nullptr, request.compression);
}

}  // namespace barbacane::compiler
