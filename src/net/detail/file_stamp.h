#pragma once

#include <string>

#include <sys/stat.h>

namespace barbacane::net::detail {

/// What changes when a file is replaced or written.
struct FileStamp {
  ino_t inode = 0;
  off_t size = -1;
  timespec modified{};

  static FileStamp of(const std::string& path) {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) return {};
    return {info.st_ino, info.st_size, info.st_mtim};
  }
  bool operator==(const FileStamp& other) const {
    return inode == other.inode && size == other.size && modified.tv_sec == other.modified.tv_sec &&
           modified.tv_nsec == other.modified.tv_nsec;
  }
};

}  // namespace barbacane::net::detail
