#include "base/file.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace barbacane::base {

namespace {

/// Closes on every way out.
struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

std::unexpected<Error> fail_errno() { return fail(std::strerror(errno)); }

Result<> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return fail_errno();
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.fd < 0) return fail_errno();
  struct stat info{};
  if (::fstat(file.fd, &info) != 0) return fail_errno();
  if (S_ISDIR(info.st_mode)) return fail(std::strerror(EISDIR));
  std::string bytes;
  bytes.resize(std::min<std::size_t>(static_cast<std::size_t>(info.st_size), limit) + 1);
  std::size_t length = 0;
  for (;;) {
    if (length > limit) return fail(fmt::format("the file is larger than {} bytes", limit));
    if (length == bytes.size()) bytes.resize(bytes.size() * 2);
    const ssize_t got = ::read(file.fd, bytes.data() + length, bytes.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno();
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  bytes.resize(length);
  return bytes;
}

Result<> write_file_atomically(const std::filesystem::path& path, std::string_view bytes) {
  std::string temporary = path.string() + ".XXXXXX";
  const Descriptor file{::mkostemp(temporary.data(), O_CLOEXEC)};
  if (file.fd < 0) return fail_errno();
  Result<> done = write_all(file.fd, bytes);
  // mkostemp makes the file private; what users write is readable as any other file of theirs.
  if (done && ::fchmod(file.fd, 0644) != 0) done = fail_errno();
  if (done && ::rename(temporary.c_str(), path.c_str()) != 0) done = fail_errno();
  if (!done) ::unlink(temporary.c_str());
  return done;
}

}  // namespace barbacane::base
