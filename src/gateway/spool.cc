#include "gateway/spool.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace barbacane::gateway {
namespace {

std::string temporary_folder() {
  const char* configured = std::getenv("TMPDIR");
  return configured != nullptr && *configured != '\0' ? configured : "/tmp";
}

std::unexpected<base::Error> system_error(const std::string& what) {
  return base::fail(what + ": " + std::strerror(errno));
}

}  // namespace

Spool::~Spool() {
  if (file_ >= 0) ::close(file_);
}

base::Result<> Spool::open_file() {
  std::string folder = temporary_folder();
  file_ = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file_ >= 0) return {};
  // Not every file system knows files without a name.
  std::string name = folder + "/barbacane-XXXXXX";
  file_ = ::mkostemp(name.data(), O_CLOEXEC);
  if (file_ < 0) return system_error("cannot make a temporary file in " + folder);
  ::unlink(name.c_str());
  return {};
}

base::Result<> Spool::flush() {
  std::string_view rest = memory_;
  while (!rest.empty()) {
    const ssize_t written = ::write(file_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return system_error("cannot write to a temporary file");
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  memory_.clear();
  return {};
}

base::Result<> Spool::append(std::string_view bytes) {
  size_ += bytes.size();
  if (memory_.size() + bytes.size() > kInMemory) {
    if (file_ < 0) {
      if (auto opened = open_file(); !opened) return opened;
    }
    if (auto flushed = flush(); !flushed) return flushed;
  }
  memory_ += bytes;
  return {};
}

base::Result<std::string_view> Spool::Reader::next() {
  const std::uint64_t in_file = spool_.size_ - spool_.memory_.size();
  if (from_file_ < in_file) {
    piece_.resize(std::min<std::uint64_t>(kInMemory, in_file - from_file_));
    ssize_t got = 0;
    do {
      got = ::pread(spool_.file_, piece_.data(), piece_.size(), static_cast<off_t>(from_file_));
    } while (got < 0 && errno == EINTR);
    if (got <= 0) return system_error("cannot read from a temporary file");
    from_file_ += static_cast<std::uint64_t>(got);
    return std::string_view(piece_).substr(0, static_cast<std::size_t>(got));
  }
  // What was not written to the file comes behind it.
  if (std::exchange(memory_read_, true)) return std::string_view{};
  return std::string_view(spool_.memory_);
}

}  // namespace barbacane::gateway
