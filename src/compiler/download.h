#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

/// Files from the network, and where they are kept afterwards.
///
/// Only `https:` is spoken, also after redirects. Blocking; the time and size limits below hold for
/// every download. CLI contract, section 9.
namespace barbacane::compiler {

inline constexpr std::size_t kModuleLimit = std::size_t{64} << 20;
inline constexpr std::size_t kSidecarLimit = std::size_t{1} << 20;

bool is_https(std::string_view url);

struct DownloadRequest {
  std::string url;
  std::size_t limit = kModuleLimit;  ///< bytes, before and while reading
  std::string ca_file;               ///< trusted instead of the system's roots; empty for those
};

/// The error is a reason: `HTTP 404`, `the file is larger than 1048576 bytes`, the client's words.
std::expected<std::string, std::string> download(const DownloadRequest& request);

/// A downloaded plugin as it lies in the cache.
struct CachedPlugin {
  std::string wasm;
  std::optional<std::string> manifest;  ///< `plugin.toml`
};

/// `~/.barbacane/cache/plugins`: one folder per URL. Files appear whole or not at all, so that
/// compilers may run side by side.
class PluginCache {
 public:
  explicit PluginCache(const std::filesystem::path& home);

  /// What was stored for the URL, if its module can be read.
  std::optional<CachedPlugin> find(const std::string& url) const;
  /// Best effort: false when it could not be written.
  bool store(const std::string& url, const CachedPlugin& plugin) const;
  std::filesystem::path folder(const std::string& url) const;

 private:
  std::filesystem::path root_;
};

}  // namespace barbacane::compiler
