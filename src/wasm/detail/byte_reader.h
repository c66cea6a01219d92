#pragma once

#include <cstdint>
#include <string_view>

/// Reads the binary format from the front of a view.
///
/// The first read that does not fit makes the reader bad, and every later one gives zero or
/// nothing: callers check `good()` before they believe what they got, and in every loop.
namespace barbacane::wasm::detail {

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  bool good() const { return good_; }
  bool empty() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

  std::uint8_t byte() {
    const std::string_view taken = take(1);
    return taken.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(taken.front());
  }

  std::string_view take(std::uint64_t length) {
    if (!good_ || length > rest_.size()) {
      good_ = false;
      return {};
    }
    const std::string_view taken = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return taken;
  }

  /// Unsigned LEB128 (WebAssembly core, 5.2.2).
  std::uint32_t u32() { return static_cast<std::uint32_t>(unsigned_number(32)); }
  std::uint64_t u64() { return unsigned_number(64); }

  /// The bytes of a number of whatever value: at most five for 32 bits.
  void skip_i32() {
    for (int i = 0; i < 5 && good_; ++i) {
      if ((byte() & 0x80) == 0) return;
    }
    good_ = false;
  }

  /// A length and so many bytes.
  std::string_view sized() { return take(u32()); }

 private:
  std::uint64_t unsigned_number(unsigned bits) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < bits && good_; shift += 7) {
      const std::uint8_t next = byte();
      const std::uint64_t part = next & 0x7Fu;
      if (bits - shift < 7 && part >> (bits - shift) != 0) break;
      value |= part << shift;
      if ((next & 0x80) == 0) return good_ ? value : 0;
    }
    good_ = false;
    return 0;
  }

  std::string_view rest_;
  bool good_ = true;
};

}  // namespace barbacane::wasm::detail
