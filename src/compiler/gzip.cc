#include "compiler/detail/gzip.h"

#include <zlib.h>

namespace barbacane::compiler {

namespace {

constexpr std::size_t kSmall = std::size_t{1} << 20;
constexpr int kGzipWindow = 15 + 16;
constexpr int kMemory = 8;

/// zlib counts in `unsigned`.
constexpr std::size_t kChunk = std::size_t{1} << 30;

}  // namespace

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  const int level = bytes.size() <= kSmall ? Z_BEST_COMPRESSION : 4;
  if (deflateInit2(&stream, level, Z_DEFLATED, kGzipWindow, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) {
    return {};
  }
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  std::size_t written = 0;
  int state = Z_OK;
  while (state == Z_OK) {
    const std::string_view chunk = bytes.substr(0, kChunk);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(chunk.data()));
    stream.avail_in = static_cast<uInt>(chunk.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + written);
    stream.avail_out = static_cast<uInt>(std::min(out.size() - written, kChunk));
    const uInt room = stream.avail_out;
    state = deflate(&stream, chunk.size() == bytes.size() ? Z_FINISH : Z_NO_FLUSH);
    bytes.remove_prefix(chunk.size() - stream.avail_in);
    written += room - stream.avail_out;
  }
  deflateEnd(&stream);
  out.resize(state == Z_STREAM_END ? written : 0);
  return out;
}

}  // namespace barbacane::compiler
