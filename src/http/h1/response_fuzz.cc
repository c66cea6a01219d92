// Answers of upstreams, heads and bodies: however the bytes are cut into pieces they are understood
// in the same way, and nothing of what is understood can split a message further on.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/h1/grammar.h"
#include "http/h1/input_buffer.h"
#include "http/h1/response_parser.h"

namespace {

using namespace barbacane::http;
using namespace barbacane::http::h1;

void expect(bool condition) {
  if (!condition) std::abort();
}

/// What one connection made of its bytes.
class Reading {
 public:
  explicit Reading(std::string_view method) : method_(method) { parser_.begin(); }

  void take(std::string_view bytes) {
    if (input_.free_size() < bytes.size()) input_.grow(bytes.size());
    input_.append(bytes);
    while (stage_ == Stage::kHead && read_head()) {
    }
    if (stage_ == Stage::kBody) read_body();
  }

  std::string text;  ///< status lines, fields, bodies, and how it ended

 private:
  enum class Stage { kHead, kBody, kOver };

  void end(std::string_view how) {
    text += how;
    stage_ = Stage::kOver;
  }

  bool read_head() {
    ResponseHead head(std::pmr::get_default_resource());
    std::size_t length = 0;
    const auto status = parser_.parse(input_.unread(), head, length);
    if (status == ResponseParser::Status::kNeedMore) return false;
    if (status == ResponseParser::Status::kRefused) {
      end("refused");
      return false;
    }
    expect(length <= input_.unread().size() && head.status >= 100 && head.status <= 999);
    text += std::to_string(head.status) + '\n';
    for (const Field& field : head.fields) {
      expect(!field.name.empty() && std::ranges::all_of(field.name, is_token_byte));
      expect(std::ranges::all_of(field.value, is_field_byte));
      text += std::string(field.name) + ':' + std::string(field.value) + '\n';
    }
    if (head.interim()) {
      input_.consume(length);
      parser_.begin();
      return true;
    }
    ResponseFraming framing;
    if (!frame_response(head, method_, framing)) {
      end("ambiguous");
      return false;
    }
    input_.consume(length);
    body_.begin(framing.body, framing.length);
    stage_ = Stage::kBody;
    return false;
  }

  void read_body() {
    using Status = BodyReader::Part::Status;
    for (;;) {
      const BodyReader::Part part = body_.next(input_);
      if (part.status == Status::kNeedMore) return;
      if (part.status == Status::kMalformed) return end("malformed");
      if (part.status == Status::kEnd) break;
      expect(!part.data.empty());
      text += part.data;
    }
    std::pmr::vector<Field> trailers;
    body_.append_trailers(trailers);
    for (const Field& field : trailers) {
      expect(!field.name.empty() && std::ranges::all_of(field.name, is_token_byte));
      expect(std::ranges::all_of(field.value, is_field_byte));
    }
    end("whole, " + std::to_string(trailers.size()) + " trailers");
  }

  std::string_view method_;
  InputBuffer input_;
  ResponseParser parser_;
  BodyReader body_;
  Stage stage_ = Stage::kHead;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view method = (data[0] & 1) != 0 ? "HEAD" : "GET";
  const std::size_t piece = 1 + (data[0] >> 1);
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  Reading at_once(method);
  at_once.take(bytes);
  Reading in_pieces(method);
  for (std::string_view rest = bytes; !rest.empty();
       rest.remove_prefix(std::min(piece, rest.size())))
    in_pieces.take(rest.substr(0, piece));
  expect(at_once.text == in_pieces.text);
  return 0;
}
