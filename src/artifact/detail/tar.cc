#include "artifact/detail/tar.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <utility>

namespace barbacane::artifact::detail {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kMaxName = 64 * 1024;
constexpr char kLongName = 'L';  // GNU: the content is the name of the entry that follows

/// The header block. Numbers are octal text; field layout as in tar(5), "GNU tar archives".
struct Header {
  char name[100];
  char mode[8];
  char uid[8];
  char gid[8];
  char size[12];
  char mtime[12];
  char checksum[8];
  char type;
  char link_name[100];
  char magic[8];
  char user_name[32];
  char group_name[32];
  char device[16];
  char prefix[155];  // POSIX only: stands before the name
  char unused[12];
};
static_assert(sizeof(Header) == kBlock);

unsigned checksum(Header header) {
  std::memset(header.checksum, ' ', sizeof header.checksum);
  std::array<unsigned char, kBlock> bytes;
  std::memcpy(bytes.data(), &header, kBlock);
  unsigned sum = 0;
  for (unsigned char byte : bytes) sum += byte;
  return sum;
}

void write_blocks(GzipWriter& out, char type, std::string_view name, std::string_view bytes,
                  GzipWriter::Effort effort) {
  Header header{};
  std::memcpy(header.name, name.data(), std::min(name.size(), sizeof header.name));
  std::memcpy(header.mode, "0000644", 8);
  std::memcpy(header.uid, "0000000", 8);
  std::memcpy(header.gid, "0000000", 8);
  std::snprintf(header.size, sizeof header.size, "%011llo",
                static_cast<unsigned long long>(bytes.size() & kMaxEntrySize));
  std::memcpy(header.mtime, "00000000000", 12);
  header.type = type;
  std::memcpy(header.magic, "ustar  ", 8);
  std::snprintf(header.checksum, sizeof header.checksum, "%06o", checksum(header));
  header.checksum[7] = ' ';

  static constexpr std::array<char, kBlock> kZeros{};
  out.write({reinterpret_cast<const char*>(&header), kBlock}, effort);
  out.write(bytes, effort);
  out.write({kZeros.data(), (kBlock - bytes.size() % kBlock) % kBlock}, effort);
}

template <std::size_t N>
std::string_view text(const char (&field)[N]) {
  return {field, static_cast<std::size_t>(std::find(field, field + N, '\0') - field)};
}

/// Octal digits, or GNU's binary form for large numbers. Empty when negative, absurd or malformed.
template <std::size_t N>
std::optional<std::uint64_t> number(const char (&field)[N]) {
  std::uint64_t value = 0;
  if (field[0] & 0x80) {
    for (std::size_t i = 0; i < N; ++i) {
      const std::uint64_t byte = static_cast<unsigned char>(field[i]) & (i == 0 ? 0x7f : 0xff);
      if (value >> 48 != 0) return std::nullopt;
      value = value << 8 | byte;
    }
    return value;
  }
  std::string_view digits = text(field);
  digits.remove_prefix(std::min(digits.find_first_not_of(' '), digits.size()));
  digits = digits.substr(0, digits.find(' '));
  if (digits.empty()) return std::nullopt;
  for (char c : digits) {
    if (c < '0' || c > '7') return std::nullopt;
    value = value << 3 | static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

std::string entry_name(const Header& header) {
  const bool posix = std::memcmp(header.magic, "ustar\0", 6) == 0;
  const std::string_view prefix = posix ? text(header.prefix) : std::string_view();
  std::string name(prefix);
  if (!prefix.empty()) name += '/';
  return name += text(header.name);
}

}  // namespace

void write_entry(GzipWriter& out, std::string_view name, std::string_view bytes,
                 GzipWriter::Effort effort) {
  if (name.size() >= sizeof Header::name) {
    const std::string with_end = std::string(name) + '\0';
    write_blocks(out, kLongName, "././@LongLink", with_end, effort);
  }
  write_blocks(out, '0', name, bytes, effort);
}

void write_end(GzipWriter& out) {
  static constexpr std::array<char, 2 * kBlock> kZeros{};
  out.write({kZeros.data(), kZeros.size()});
}

base::Result<std::optional<TarReader::Entry>> TarReader::next() {
  std::string long_name;
  for (;;) {
    if (auto skipped = skip(unread_ + padding_); !skipped) {
      return std::unexpected(skipped.error());
    }
    const auto block = read_whole(kBlock);
    if (!block) return std::unexpected(block.error());
    if (block->find_first_not_of('\0') == std::string::npos) {
      unread_ = padding_ = 0;
      if (auto drained = drain(); !drained) return std::unexpected(drained.error());
      return std::nullopt;
    }

    Header header;
    std::memcpy(&header, block->data(), kBlock);
    if (number(header.checksum) != checksum(header)) {
      return base::fail("the tar data is damaged: header checksum mismatch");
    }
    const auto size = number(header.size);
    if (!size) return base::fail("the tar data is damaged: malformed size");
    if (*size > limit_) {
      return base::fail("it unpacks to more than " + std::to_string(limit_) + " bytes");
    }
    unread_ = *size;
    padding_ = (kBlock - *size % kBlock) % kBlock;

    if (header.type == kLongName) {
      if (*size > kMaxName) return base::fail("the tar data is damaged: name too long");
      auto name = read_whole(std::exchange(unread_, 0));
      if (!name) return std::unexpected(name.error());
      long_name = name->substr(0, name->find('\0'));
      continue;
    }
    Entry entry;
    entry.name = long_name.empty() ? entry_name(header) : std::move(long_name);
    entry.size = *size;
    entry.regular = header.type == '0' || header.type == '\0';
    return entry;
  }
}

base::Result<std::string_view> TarReader::content() {
  auto part = read(unread_);
  if (part) unread_ -= part->size();
  return part;
}

/// One to `at_most` bytes; the archive has no business ending here.
base::Result<std::string_view> TarReader::read(std::uint64_t at_most) {
  if (at_most == 0) return std::string_view();
  if (piece_.empty()) {
    auto piece = source_.next();
    if (!piece) return piece;
    if (piece->empty()) return base::fail("the tar data is truncated");
    unpacked_ += piece->size();
    if (unpacked_ > limit_) {
      return base::fail("it unpacks to more than " + std::to_string(limit_) + " bytes");
    }
    piece_ = *piece;
  }
  const std::string_view part = piece_.substr(0, at_most);
  piece_.remove_prefix(part.size());
  return part;
}

base::Result<std::string> TarReader::read_whole(std::uint64_t length) {
  std::string whole;
  while (whole.size() < length) {
    const auto part = read(length - whole.size());
    if (!part) return std::unexpected(part.error());
    whole += *part;
  }
  return whole;
}

base::Result<> TarReader::skip(std::uint64_t length) {
  while (length != 0) {
    const auto part = read(length);
    if (!part) return std::unexpected(part.error());
    length -= part->size();
  }
  return {};
}

base::Result<> TarReader::drain() {
  for (;;) {
    const auto piece = source_.next();
    if (!piece) return std::unexpected(piece.error());
    if (piece->empty()) return {};
    unpacked_ += piece->size();
    if (unpacked_ > limit_) {
      return base::fail("it unpacks to more than " + std::to_string(limit_) + " bytes");
    }
  }
}

}  // namespace barbacane::artifact::detail
