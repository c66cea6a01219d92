#include "http/h1/response_writer.h"

#include <array>
#include <charconv>

#include "http/h1/head_writer.h"
#include "http/response_fields.h"

namespace barbacane::http::h1 {

namespace {

void put_status_line(HeadWriter& cursor, int status) {
  if (status == 200) return cursor.put("HTTP/1.1 200 OK\r\n");
  cursor.put("HTTP/1.1 ");
  cursor.put(static_cast<std::uint64_t>(status));
  cursor.put(" ");
  cursor.put(reason_phrase(status));
  cursor.put("\r\n");
}

}  // namespace

void append_head(std::string& out, const Response& response, Framing framing,
                 Persistence persistence) {
  constexpr std::size_t kRest = 256;  // status line, date, framing, connection, the empty line
  HeadWriter cursor(out, kRest + room_for(response.fields));
  put_status_line(cursor, response.status);
  for (const Field& field : response.fields) {
    if (is_owned_by_connection(field.name)) continue;
    cursor.put_field(field);
  }
  if (framing.kind != Framing::Kind::kInterim) {
    cursor.put("date: ");
    cursor.put(date_now());
    cursor.put("\r\n");
  }
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
    case Framing::Kind::kInterim:
    case Framing::Kind::kClose:
      break;
  }
  if (persistence == Persistence::kClose) cursor.put("connection: close\r\n");
  if (persistence == Persistence::kKeepAlive) cursor.put("connection: keep-alive\r\n");
  cursor.put("\r\n");
}

void append_switching_head(std::string& out, const Response& response, std::string_view protocol) {
  constexpr std::size_t kRest = 128;  // status line, connection, the empty line
  HeadWriter cursor(out, kRest + protocol.size() + room_for(response.fields));
  put_status_line(cursor, response.status);
  cursor.put("connection: Upgrade\r\nupgrade: ");
  cursor.put(protocol);
  cursor.put("\r\n");
  for (const Field& field : response.fields) {
    if (!is_owned_by_connection(field.name)) cursor.put_field(field);
  }
  cursor.put("\r\n");
}

void append_chunk_size(std::string& out, std::size_t size) {
  std::array<char, 18> line;
  char* end = std::to_chars(line.data(), line.data() + 16, size, 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  out.append(line.data(), end);
}

void append_last_chunk(std::string& out, std::span<const Field> trailers) {
  HeadWriter cursor(out, 8 + room_for(trailers));
  cursor.put("0\r\n");
  for (const Field& field : trailers) {
    // RFC 9110, 6.5.1: nothing that frames, routes or authenticates comes behind the body.
    if (!is_owned_by_connection(field.name)) cursor.put_field(field);
  }
  cursor.put("\r\n");
}

}  // namespace barbacane::http::h1
