#include "compiler/detail/gzip.h"

#include <algorithm>

#include <zlib.h>

namespace barbacane::compiler {

namespace {

constexpr std::size_t kSmall = std::size_t{1} << 20;
constexpr int kGzipWindow = 15 + 16;
constexpr int kMemory = 8;

/// zlib counts in `unsigned`.
constexpr std::size_t kChunk = std::size_t{1} << 30;

/// How much of `room` was written; nothing when it was too little.
std::size_t deflate_all(z_stream& stream, std::string_view bytes, char* out, std::size_t room) {
  std::size_t written = 0;
  int state = Z_OK;
  while (state == Z_OK) {
    const std::string_view chunk = bytes.substr(0, kChunk);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(chunk.data()));
    stream.avail_in = static_cast<uInt>(chunk.size());
    stream.next_out = reinterpret_cast<Bytef*>(out + written);
    stream.avail_out = static_cast<uInt>(std::min(room - written, kChunk));
    const uInt before = stream.avail_out;
    state = deflate(&stream, chunk.size() == bytes.size() ? Z_FINISH : Z_NO_FLUSH);
    bytes.remove_prefix(chunk.size() - stream.avail_in);
    written += before - stream.avail_out;
  }
  return state == Z_STREAM_END ? written : 0;
}

}  // namespace

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  const int level = bytes.size() <= kSmall ? Z_BEST_COMPRESSION : 4;
  if (deflateInit2(&stream, level, Z_DEFLATED, kGzipWindow, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) {
    return {};
  }
  std::string out;
  // Most of the room is never touched: no need to fill it with zeros first.
  out.resize_and_overwrite(deflateBound(&stream, bytes.size()), [&](char* room, std::size_t size) {
    return deflate_all(stream, bytes, room, size);
  });
  deflateEnd(&stream);
  return out;
}

}  // namespace barbacane::compiler
