#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barbacane::testkit {

/// A request as it reached a test's upstream: the bytes first, what they mean second.
struct ReceivedRequest {
  std::size_t connection = 0;  ///< 1 for the first that was accepted
  std::size_t turn = 0;        ///< 1 for the first request on its connection

  std::string head = {};  ///< exactly as received, with the empty line
  std::string method = {};
  std::string target = {};
  std::string version = {};
  std::vector<std::pair<std::string, std::string>> headers = {};

  std::string raw_body = {};    ///< with its framing, as far as it was read and kept
  std::string body = {};        ///< without framing, as far as it was read and kept
  std::uint64_t body_size = 0;  ///< of everything read, kept or not
  std::vector<std::pair<std::string, std::string>> trailers = {};
  bool complete = false;   ///< the body was read to its end
  bool body_left = false;  ///< the script does not read the body, or has not yet

  /// The first value of that name, in any letter case; empty when absent.
  std::string header(std::string_view name) const;
  bool has(std::string_view name) const { return count(name) > 0; }
  int count(std::string_view name) const;
  /// The target without its query.
  std::string path() const { return target.substr(0, target.find('?')); }
};

}  // namespace barbacane::testkit
