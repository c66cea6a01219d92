#pragma once

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <string_view>
#include <vector>

#include "http/h1/chunked.h"
#include "http/h1/input_buffer.h"
#include "http/message.h"

/// The body of one message, taken out of the bytes of its connection (RFC 9112, 6).
///
/// The same for requests and for answers of upstreams. Reads nothing itself: `next` gives what the
/// buffer holds, and the connection fills the buffer when it says so.
namespace barbacane::http::h1 {

enum class BodyFraming : std::uint8_t {
  kNone,        ///< no body
  kLength,      ///< so many bytes
  kChunked,     ///< the chunked transfer coding
  kUntilClose,  ///< whatever comes before the connection ends; answers only
};

class BodyReader {
 public:
  struct Part {
    enum class Status : std::uint8_t { kData, kNeedMore, kEnd, kMalformed } status;
    std::string_view data;  ///< of kData; lies in the buffer until the next call
  };

  void begin(BodyFraming framing, std::uint64_t length = 0);
  Part next(InputBuffer& input);
  /// The connection has ended; true when that is how this body ends.
  bool end_of_connection();

  bool done() const { return done_; }
  BodyFraming framing() const { return framing_; }
  /// Of a body with a length: what is still to come.
  std::uint64_t left() const { return left_; }
  std::uint64_t received() const { return received_; }
  /// After the end of a chunked body; views into this object.
  void append_trailers(std::pmr::vector<Field>& fields) const;

 private:
  Part next_chunk(InputBuffer& input);

  BodyFraming framing_ = BodyFraming::kNone;
  bool done_ = true;
  std::uint64_t left_ = 0;
  std::uint64_t received_ = 0;
  ChunkDecoder chunks_;
};

/// Where the next bytes of a body are to be received: behind the head, which stays where it is, or,
/// when many are to come, in a larger window of their own that is made here.
InputBuffer& body_input(InputBuffer& behind_head, std::unique_ptr<InputBuffer>& window,
                        const BodyReader& body);

}  // namespace barbacane::http::h1
