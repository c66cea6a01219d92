#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

/// gzip (RFC 1952) as the artifact uses it: one member, no name, time 0, nothing behind it.
///
/// zlib and a tar of our own instead of libarchive: libarchive's gzip filter skips the trailer's
/// CRC-32 and length unread, so a damaged file would be found, if at all, only by the checks
/// further in; and those need not cover everything, informational fields for one.
namespace barbacane::artifact::detail {

/// Compresses what is written; equal writes give equal bytes.
class GzipWriter {
 public:
  /// `expected` bytes of output are provided for.
  explicit GzipWriter(std::size_t expected = 0);
  ~GzipWriter();
  GzipWriter(const GzipWriter&) = delete;
  GzipWriter& operator=(const GzipWriter&) = delete;

  /// What is compressed already gets no smaller and is only stored.
  enum class Effort { kCompress, kStore };
  void write(std::string_view bytes, Effort effort = Effort::kCompress);
  std::string finish();

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

/// Unpacks piece by piece, so that a reader can stop at the first byte too many.
class GzipReader {
 public:
  /// `file` must outlive the reader.
  explicit GzipReader(std::string_view file);
  ~GzipReader();
  GzipReader(const GzipReader&) = delete;
  GzipReader& operator=(const GzipReader&) = delete;

  /// The next piece, valid until the next call; empty at the end, once checksum and length of the
  /// trailer held and nothing followed it.
  base::Result<std::string_view> next();

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace barbacane::artifact::detail
