#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "artifact/model.h"
#include "base/result.h"

/// The `.bca` file: gzip over tar, sealed by checksums, one hash and an optional signature.
///
/// `seal` turns contents into bytes: same arguments, same bytes. `open` is the way back and does
/// every check of the contract before it hands anything out, so that a caller never holds data that
/// the hash does not cover. Both are pure functions of their arguments, safe from any thread,
/// blocking, and never throw; `open` takes bytes from anywhere. Compiler contract, 7 to 9.
namespace barbacane::artifact {

/// An Ed25519 private key (RFC 8032) read from PKCS#8, DER or PEM, version 1 or 2.
class SigningKey {
 public:
  static base::Result<SigningKey> parse(std::string_view pkcs8);
  /// 64 bytes over the message.
  std::string sign(std::string_view message) const;
  /// 32 bytes.
  std::string public_key() const;

 private:
  std::string seed_;  ///< 32 bytes
};

/// Concerns the archive as a whole, neither its members nor the hash. None is for archives that
/// never leave the memory.
enum class Compression { kSmall, kNone };

/// Fills checksums, hashes and signature of the manifest and returns the archive.
base::Result<std::string> seal(Contents contents, const SigningKey* key = nullptr,
                               Compression compression = Compression::kSmall);

struct LoadError {
  enum class Kind {
    kCorrupt,    ///< exit 10: not an artifact, unsupported version, missing or malformed member
    kIntegrity,  ///< exit 11: a checksum, the hash or the signature does not hold
  };
  Kind kind;
  std::string message;
};

struct OpenOptions {
  /// Hex Ed25519 key; non-empty makes a valid signature mandatory.
  std::string trusted_public_key;
  /// Off drops the bytes of `specs/` after their checksum held; a data plane never reads them.
  enum class SpecBytes { kDrop, kKeep } spec_bytes = SpecBytes::kDrop;
  /// Bytes the archive may unpack to.
  std::size_t unpacked_limit = std::size_t{2} << 30;
};

/// Every `Json` of the result is well-formed and compact; what the hash does not cover (times,
/// versions of compiler and specs, provenance, the signature without a trusted key) is for show.
std::expected<Contents, LoadError> open(std::string_view archive, const OpenOptions& options = {});

/// The hash of 8.1, `sha256:{hex}`, from the checksums and names as they stand in `contents`.
std::string artifact_hash(const Contents& contents);

}  // namespace barbacane::artifact
