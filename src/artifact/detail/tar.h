#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "artifact/detail/gzip.h"
#include "base/result.h"

/// tar with GNU headers, as far as artifacts need it: regular files with names of any length.
///
/// Nothing of the file system goes in or comes out: mode 0644, time 0 and owner 0 are constants,
/// and an entry read is a name with bytes, so that a name such as `../x` is merely an unusual name.
namespace barbacane::artifact::detail {

/// Largest entry whose size the header's eleven octal digits hold.
inline constexpr std::uint64_t kMaxEntrySize = (std::uint64_t{1} << 33) - 1;

/// `bytes` must not exceed kMaxEntrySize.
void write_entry(GzipWriter& out, std::string_view name, std::string_view bytes,
                 GzipWriter::Effort effort = GzipWriter::Effort::kCompress);
void write_end(GzipWriter& out);

class TarReader {
 public:
  /// Fails as soon as more than `limit` bytes come out of `source`, which must outlive the reader.
  TarReader(GzipReader& source, std::uint64_t limit) : source_(source), limit_(limit) {}

  struct Entry {
    std::string name;
    std::uint64_t size = 0;
    bool regular = false;  ///< directories, links and the like are not
  };

  /// Steps to the next entry, past what is unread of the current one. Empty at the end of the
  /// archive, when the compressed file has been read and checked to its last byte.
  base::Result<std::optional<Entry>> next();

  /// The next piece of the current entry, valid until the next call; empty at its end.
  base::Result<std::string_view> content();

 private:
  base::Result<std::string_view> read(std::uint64_t at_most);
  base::Result<std::string> read_whole(std::uint64_t length);
  base::Result<> skip(std::uint64_t length);
  base::Result<> drain();

  GzipReader& source_;
  const std::uint64_t limit_;
  std::string_view piece_;      ///< unread part of the last piece of `source_`
  std::uint64_t unpacked_ = 0;  ///< bytes that came out of `source_`
  std::uint64_t unread_ = 0;    ///< bytes left of the current entry
  std::uint64_t padding_ = 0;   ///< bytes behind it up to the next header
};

}  // namespace barbacane::artifact::detail
