#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

/// A body that must be checked to its end before anybody else may see it (data-plane contract, 3).
///
/// Up to 64 KiB stay in memory; a body that outgrows them goes to a temporary file that has no name
/// and vanishes with the spool. One thread's. Nobody reads it back yet, for no dispatcher forwards
/// bodies so far; that what is in the file takes no memory is already promised.
///
/// Debt: the file is written on the worker. The kernel takes the bytes into its cache, which is
/// quick until memory runs short; a pool for blocking work, which looking up names needs too, would
/// take that off the worker.
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
  /// All of it, when it never grew beyond memory.
  bool in_memory() const { return file_ < 0; }
  std::string_view memory() const { return memory_; }

 private:
  base::Result<> open_file();
  base::Result<> flush();

  std::string memory_;  ///< everything, or what is not yet in the file
  std::uint64_t size_ = 0;
  int file_ = -1;
};

}  // namespace barbacane::gateway
