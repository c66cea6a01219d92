#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The small language in which a test tells an upstream what to do; see testkit/upstream.h.
///
/// A script is a list of steps, run in order until the connection is no longer open.
namespace barbacane::testkit {

class UpstreamConnection;

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Step {
  std::function<void(UpstreamConnection&)> run;
  /// The step deals with the request's body, so the body is not read before the script.
  bool takes_body = false;
};

using Script = std::vector<Step>;

/// Answers.
Step answer(int status, std::string_view body = {}, const Headers& headers = {});
/// Each piece is a chunk of its own.
Step answer_in_chunks(int status, const std::vector<std::string>& pieces,
                      const Headers& headers = {}, const std::vector<std::string>& trailers = {});
/// `size` bytes of `pattern`, with their content-length, in pieces of 64 KiB.
Step answer_of_size(std::uint64_t size, const Headers& headers = {});
/// A 1xx answer.
Step interim(int status, const Headers& headers = {});
/// 200 with the request's body, chunk by chunk as it comes in.
Step echo();

/// Bytes, as they are.
Step send(std::string_view bytes);
Step repeat(std::string_view bytes, std::size_t times);
/// As often as the peer takes it.
Step repeat_for_ever(std::string_view bytes);
/// Piece by piece, with a pause before each but the first.
Step drip(std::string_view bytes, std::size_t piece, std::chrono::milliseconds pause);

/// Time. A step that waits ends early when the upstream is destroyed.
Step wait(std::chrono::milliseconds time);
/// Until the test calls `open_gate` with that name.
Step wait_for(std::string_view gate);
/// Until the peer has closed or reset the connection.
Step wait_for_departure();

/// The request's body.
Step read_body();
Step read_body(std::size_t bytes);
/// So many bytes every so often, until the end of the body.
Step read_body_slowly(std::size_t bytes, std::chrono::milliseconds pause);
/// From here on nobody reads it: what follows comes before the body, or instead of it.
Step leave_body();

/// Ends.
Step close();
Step reset();
/// No more bytes from us; the connection still reads.
Step finish_sending();

/// Anything else.
Step call(std::function<void(UpstreamConnection&)> function);

/// Byte number `at` of the endless text that large bodies are cut from; its period is a prime, so
/// that a lost or repeated piece shows.
char pattern_byte(std::uint64_t at);
std::string pattern(std::uint64_t begin, std::size_t length);

/// Status line, fields and empty line.
std::string response_head(int status, const Headers& headers);

}  // namespace barbacane::testkit
