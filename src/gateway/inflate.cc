#include "gateway/inflate.h"

#include <memory>
#include <optional>

#include <zlib.h>

namespace barbacane::gateway {
namespace {

/// A gzip stream unpacked piece by piece.
class Inflater {
 public:
  explicit Inflater(std::string_view gzip) {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
    stream_.avail_in = static_cast<uInt>(gzip.size());
    usable_ = ::inflateInit2(&stream_, kGzipOnly) == Z_OK;
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { ::inflateEnd(&stream_); }

  /// The next piece; nothing when the data is broken. `ended` tells when it was the last.
  std::optional<std::string_view> next() {
    if (!usable_) return std::nullopt;
    stream_.next_out = reinterpret_cast<Bytef*>(piece_.get());
    stream_.avail_out = kPiece;
    const int result = ::inflate(&stream_, Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END) return std::nullopt;
    ended_ = result == Z_STREAM_END;
    return std::string_view(piece_.get(), kPiece - stream_.avail_out);
  }
  bool ended() const { return ended_; }

 private:
  static constexpr uInt kPiece = 64 * 1024;

  z_stream stream_{};
  std::unique_ptr<char[]> piece_ = std::make_unique<char[]>(kPiece);
  bool usable_ = false;
  bool ended_ = false;
};

}  // namespace

net::Task<> send_inflated(http::Exchange& exchange, const http::Response& head,
                          std::string_view gzip) {
  Inflater inflater(gzip);
  exchange.start(head, std::nullopt);
  while (!inflater.ended()) {
    const auto piece = inflater.next();
    if (!piece) {
      exchange.abort();
      co_return;
    }
    if (!co_await exchange.write(*piece)) co_return;
    co_await exchange.loop().yield();
  }
  co_await exchange.finish();
}

}  // namespace barbacane::gateway
