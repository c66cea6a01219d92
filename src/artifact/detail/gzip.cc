#include "artifact/detail/gzip.h"

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <utility>

#include <zlib.h>

namespace barbacane::artifact::detail {
namespace {

constexpr int kGzipWindow = 15 + 16;  // zlib's way to say gzip
/// On JSON a fifth larger than zlib's default and twice as fast.
constexpr int kLevel = 4;
constexpr int kMemory = 9;
constexpr std::size_t kPiece = 128 * 1024;

/// zlib counts in 32 bits: hands it the next part of `input`.
void feed(z_stream& z, std::string_view& input) {
  const std::size_t length = std::min<std::size_t>(input.size(), std::numeric_limits<uInt>::max());
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
  z.avail_in = static_cast<uInt>(length);
  input.remove_prefix(length);
}

void require(bool initialised) {
  if (!initialised) throw std::bad_alloc();  // the only way zlib's initialisation fails here
}

}  // namespace

struct GzipWriter::Stream {
  z_stream z{};
  std::string out;
  Effort effort = Effort::kCompress;
  std::array<char, kPiece> piece;

  Stream() {
    require(deflateInit2(&z, kLevel, Z_DEFLATED, kGzipWindow, kMemory, Z_DEFAULT_STRATEGY) == Z_OK);
  }
  ~Stream() { deflateEnd(&z); }

  void turn_to(Effort other) {
    if (other == std::exchange(effort, other)) return;
    run(Z_BLOCK);  // so that nothing is left that would be compressed the new way
    z.next_out = reinterpret_cast<Bytef*>(piece.data());
    z.avail_out = kPiece;
    deflateParams(&z, other == Effort::kStore ? Z_NO_COMPRESSION : kLevel, Z_DEFAULT_STRATEGY);
    out.append(piece.data(), kPiece - z.avail_out);
  }

  void run(int flush) {
    do {
      z.next_out = reinterpret_cast<Bytef*>(piece.data());
      z.avail_out = kPiece;
      deflate(&z, flush);
      out.append(piece.data(), kPiece - z.avail_out);
    } while (z.avail_out == 0);
  }
};

GzipWriter::GzipWriter(std::size_t expected) : stream_(std::make_unique<Stream>()) {
  stream_->out.reserve(expected);
}
GzipWriter::~GzipWriter() = default;

void GzipWriter::write(std::string_view bytes, Effort effort) {
  stream_->turn_to(effort);
  while (!bytes.empty()) {
    feed(stream_->z, bytes);
    stream_->run(Z_NO_FLUSH);
  }
}

std::string GzipWriter::finish() {
  stream_->run(Z_FINISH);
  return std::move(stream_->out);
}

struct GzipReader::Stream {
  z_stream z{};
  std::string_view rest;
  bool ended = false;
  std::array<char, kPiece> piece;

  explicit Stream(std::string_view file) : rest(file) {
    require(inflateInit2(&z, kGzipWindow) == Z_OK);
  }
  ~Stream() { inflateEnd(&z); }
};

GzipReader::GzipReader(std::string_view file) : stream_(std::make_unique<Stream>(file)) {}
GzipReader::~GzipReader() = default;

base::Result<std::string_view> GzipReader::next() {
  Stream& s = *stream_;
  if (s.ended) return std::string_view();
  s.z.next_out = reinterpret_cast<Bytef*>(s.piece.data());
  s.z.avail_out = kPiece;
  while (s.z.avail_out != 0 && !s.ended) {
    if (s.z.avail_in == 0) feed(s.z, s.rest);
    if (s.z.avail_in == 0) return base::fail("the file is truncated");
    switch (inflate(&s.z, Z_NO_FLUSH)) {
      case Z_OK:
        break;
      case Z_BUF_ERROR:
        return base::fail("the file is truncated");
      case Z_STREAM_END:
        s.ended = true;
        break;
      case Z_MEM_ERROR:
        throw std::bad_alloc();
      default:
        return base::fail(s.z.total_in < 10 ? "not a gzip file"
                                            : "the gzip data is damaged: " +
                                                  std::string(s.z.msg ? s.z.msg : "unknown error"));
    }
  }
  if (s.ended && s.z.avail_in + s.rest.size() != 0) {
    return base::fail("unexpected bytes after the gzip data");
  }
  return std::string_view(s.piece.data(), kPiece - s.z.avail_out);
}

}  // namespace barbacane::artifact::detail
