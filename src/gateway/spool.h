#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

/// A body that must be checked to its end before anybody else may see it (data-plane contract, 3).
///
/// Up to 64 KiB stay in memory; a body that outgrows them goes to a temporary file that has no name
/// and vanishes with the spool. One thread's.
///
/// Debt: the file is written and read on the worker. The kernel takes the bytes into its cache,
/// which is quick until memory runs short; a pool for blocking work, which looking up names needs
/// too, would take that off the worker.
namespace barbacane::gateway {

class Spool {
 public:
  static constexpr std::size_t kInMemory = 64 * 1024;

  Spool() = default;
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;
  ~Spool();

  /// The error says why the file could not be written.
  base::Result<> append(std::string_view bytes);

  std::uint64_t size() const { return size_; }
  /// None of it went to a file.
  bool in_memory() const { return file_ < 0; }

  /// Reads everything back, from the beginning. Nothing is appended meanwhile.
  class Reader {
   public:
    explicit Reader(const Spool& spool) : spool_(spool) {}
    /// The next piece, empty at the end; holds until the next call.
    base::Result<std::string_view> next();

   private:
    const Spool& spool_;
    std::string piece_;
    std::uint64_t from_file_ = 0;
    bool memory_read_ = false;
  };

 private:
  base::Result<> open_file();
  base::Result<> flush();

  std::string memory_;  ///< everything, or what is not yet in the file
  std::uint64_t size_ = 0;
  int file_ = -1;
};

}  // namespace barbacane::gateway
