#include "http/h1/response_writer.h"

#include <charconv>
#include <cstring>
#include <ctime>

#include "base/clock.h"
#include "base/text.h"
#include "http/h1/grammar.h"

namespace barbacane::http::h1 {

namespace {

bool is_token(std::string_view name) {
  if (name.empty()) return false;
  bool good = true;
  for (char c : name) good &= is_token_byte(c);
  return good;
}

/// Visible characters, blanks and opaque bytes; no control that could end the line.
bool is_field_value(std::string_view value) {
  bool good = true;
  for (char c : value) good &= is_field_byte(c);
  return good;
}

/// Fields only the connection may write.
bool is_owned_by_connection(std::string_view name) {
  using base::equals_ignoring_case;
  switch (name.size()) {
    case 4:
      return equals_ignoring_case(name, "date");
    case 7:
      return equals_ignoring_case(name, "upgrade") || equals_ignoring_case(name, "trailer");
    case 10:
      return equals_ignoring_case(name, "connection") || equals_ignoring_case(name, "keep-alive");
    case 14:
      return equals_ignoring_case(name, "content-length");
    case 17:
      return equals_ignoring_case(name, "transfer-encoding");
    default:
      return false;
  }
}

/// The date line, rewritten once a second; one per thread, so nothing is shared.
std::string_view date_line() {
  thread_local std::time_t second = 0;
  thread_local std::string line;
  const std::time_t now = std::time(nullptr);
  if (now != second) {
    second = now;
    line = "date: " + base::imf_fixdate(std::chrono::system_clock::from_time_t(now)) + "\r\n";
  }
  return line;
}

/// Writes behind `out` without asking for room at every piece.
class Cursor {
 public:
  Cursor(std::string& out, std::size_t room) : out_(out), start_(out.size()) {
    out_.resize(start_ + room);
    at_ = out_.data() + start_;
  }
  ~Cursor() { out_.resize(static_cast<std::size_t>(at_ - out_.data())); }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  void put(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  void put(std::uint64_t number) { at_ = std::to_chars(at_, at_ + 20, number).ptr; }

 private:
  std::string& out_;
  std::size_t start_;
  char* at_;
};

void put_status_line(Cursor& cursor, int status) {
  if (status == 200) return cursor.put("HTTP/1.1 200 OK\r\n");
  cursor.put("HTTP/1.1 ");
  cursor.put(static_cast<std::uint64_t>(status));
  cursor.put(" ");
  cursor.put(reason_phrase(status));
  cursor.put("\r\n");
}

}  // namespace

bool is_bodiless(int status) { return status < 200 || status == 204 || status == 304; }

void append_head(std::string& out, const Response& response, Framing framing,
                 Persistence persistence) {
  std::size_t room = 256;  // status line, date, framing, connection and the empty line
  for (const Field& field : response.fields) room += field.name.size() + field.value.size() + 4;
  Cursor cursor(out, room);
  put_status_line(cursor, response.status);
  for (const Field& field : response.fields) {
    if (!is_token(field.name) || !is_field_value(field.value)) continue;
    if (is_owned_by_connection(field.name)) continue;
    cursor.put(field.name);
    cursor.put(": ");
    cursor.put(field.value);
    cursor.put("\r\n");
  }
  cursor.put(date_line());
  switch (framing.kind) {
    case Framing::Kind::kLength:
      cursor.put("content-length: ");
      cursor.put(framing.length);
      cursor.put("\r\n");
      break;
    case Framing::Kind::kChunked:
      cursor.put("transfer-encoding: chunked\r\n");
      break;
    case Framing::Kind::kNone:
    case Framing::Kind::kClose:
      break;
  }
  if (persistence == Persistence::kClose) cursor.put("connection: close\r\n");
  if (persistence == Persistence::kKeepAlive) cursor.put("connection: keep-alive\r\n");
  cursor.put("\r\n");
}

}  // namespace barbacane::http::h1
