#include "wasm/module_cache.h"

#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hash.h"

namespace barbacane::wasm {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "barbacane native code 1\n";
constexpr std::size_t kDigest = 64;
/// No module that may be bundled compiles to more.
constexpr std::size_t kLargest = std::size_t{1} << 30;
constexpr std::size_t kPiece = std::size_t{1} << 20;

/// Of files and folders: ours, and written by nobody else.
bool is_private(const struct stat& status) {
  return status.st_uid == ::geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int value() const { return value_; }

 private:
  int value_;
};

/// The whole of a private file; a link to one is none.
std::optional<std::string> read_private(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat status{};
  if (file.value() < 0 || ::fstat(file.value(), &status) != 0) return std::nullopt;
  const auto size = static_cast<std::size_t>(status.st_size);
  if (!S_ISREG(status.st_mode) || !is_private(status) || size > kLargest) return std::nullopt;
  std::string bytes(size, '\0');
  for (std::size_t at = 0; at < size;) {
    const ssize_t got = ::read(file.value(), bytes.data() + at, std::min(size - at, kPiece));
    if (got <= 0) return std::nullopt;
    at += static_cast<std::size_t>(got);
  }
  return bytes;
}

/// Key and digest in front of the code.
std::string header(std::string_view key, std::string_view code) {
  return std::string(kMagic) + std::string(key) + '\n' + base::sha256_hex(code) + '\n';
}

}  // namespace

base::Result<ModuleCache> ModuleCache::open(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder.parent_path(), error);
  if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    return base::fail(folder.string() + ": " + std::system_category().message(errno));
  }
  struct stat status{};
  if (::stat(folder.c_str(), &status) != 0) {
    return base::fail(folder.string() + ": " + std::system_category().message(errno));
  }
  if (!S_ISDIR(status.st_mode)) return base::fail(folder.string() + " is not a directory");
  if (!is_private(status)) {
    return base::fail(folder.string() + " may be written by other users");
  }
  if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    return base::fail(folder.string() + ": " + std::system_category().message(errno));
  }
  return ModuleCache(folder);
}

fs::path ModuleCache::path_of(std::string_view key) const {
  return folder_ / (std::string(key) + ".code");
}

std::optional<std::string> ModuleCache::find(std::string_view key) const {
  auto bytes = read_private(path_of(key));
  const std::size_t size = kMagic.size() + key.size() + 1 + kDigest + 1;
  if (!bytes || bytes->size() < size) return std::nullopt;
  const std::string_view code = std::string_view(*bytes).substr(size);
  if (!bytes->starts_with(header(key, code))) return std::nullopt;
  bytes->erase(0, size);
  return bytes;
}

void ModuleCache::store(std::string_view key, std::string_view code) const {
  static_cast<void>(base::write_file_atomically(path_of(key), header(key, code).append(code)));
}

}  // namespace barbacane::wasm
