#include "testkit/upstream_steps.h"

#include <algorithm>

#include "testkit/message.h"
#include "testkit/upstream_connection.h"

namespace barbacane::testkit {

namespace {

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

bool wants_body(const UpstreamConnection& connection) {
  return connection.request().method != "HEAD";
}

/// The headers, framed by a length unless they frame themselves.
Headers with_length(Headers headers, std::uint64_t length) {
  if (field_count(headers, "content-length") + field_count(headers, "transfer-encoding") == 0) {
    headers.emplace_back("content-length", std::to_string(length));
  }
  return headers;
}

std::string reason_of(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 404:
      return "Not Found";
    case 500:
      return "Internal Server Error";
    default:
      return "Status";
  }
}

void pause(UpstreamConnection& connection, std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  connection.wait_until([until] { return std::chrono::steady_clock::now() >= until; });
}

}  // namespace

std::string response_head(int status, const Headers& headers) {
  std::string head = "HTTP/1.1 " + std::to_string(status) + " " + reason_of(status) + "\r\n";
  for (const auto& [name, value] : headers) head.append(name + ": " + value + "\r\n");
  return head + "\r\n";
}

Step answer(int status, std::string_view body, const Headers& headers) {
  const std::string head =
      response_head(status, has_body(status) ? with_length(headers, body.size()) : headers);
  return {[head, body = std::string(body)](UpstreamConnection& connection) {
    connection.send(wants_body(connection) ? head + body : head);
  }};
}

Step answer_in_chunks(int status, const std::vector<std::string>& pieces, const Headers& headers,
                      const std::vector<std::string>& trailers) {
  Headers all = headers;
  all.emplace_back("transfer-encoding", "chunked");
  std::string end = "0\r\n";
  for (const std::string& trailer : trailers) end += trailer + "\r\n";
  return {[head = response_head(status, all), pieces, end](UpstreamConnection& connection) {
    connection.send(head);
    if (!wants_body(connection)) return;
    for (const std::string& piece : pieces) connection.send(chunk(piece));
    connection.send(end + "\r\n");
  }};
}

Step answer_of_size(std::uint64_t size, const Headers& headers) {
  return {[size,
           head = response_head(200, with_length(headers, size))](UpstreamConnection& connection) {
    constexpr std::uint64_t kPiece = 65'536;
    connection.send(head);
    for (std::uint64_t at = 0; at < size && connection.is_open(); at += kPiece) {
      connection.send(pattern(at, static_cast<std::size_t>(std::min(kPiece, size - at))));
    }
  }};
}

Step interim(int status, const Headers& headers) { return send(response_head(status, headers)); }

Step echo() {
  return {.run =
              [](UpstreamConnection& connection) {
                // The first bytes are asked for before the answer begins, as 100 comes before it.
                std::string piece = connection.read_piece();
                connection.send(response_head(200, {{"transfer-encoding", "chunked"}}));
                while (!piece.empty() && connection.is_open()) {
                  connection.send(chunk(piece));
                  piece = connection.read_piece();
                }
                std::string end = "0\r\n";
                for (const auto& [name, value] : connection.request().trailers) {
                  end.append(name + ": " + value + "\r\n");
                }
                connection.send(end + "\r\n");
              },
          .takes_body = true};
}

Step send(std::string_view bytes) {
  return {[bytes = std::string(bytes)](UpstreamConnection& connection) { connection.send(bytes); }};
}

Step repeat(std::string_view bytes, std::size_t times) {
  return {[bytes = std::string(bytes), times](UpstreamConnection& connection) {
    for (std::size_t i = 0; i < times && connection.is_open(); ++i) connection.send(bytes);
  }};
}

Step repeat_for_ever(std::string_view bytes) {
  return {[bytes = std::string(bytes)](UpstreamConnection& connection) {
    while (connection.is_open()) connection.send(bytes);
  }};
}

Step drip(std::string_view bytes, std::size_t piece, std::chrono::milliseconds time) {
  return {[bytes = std::string(bytes), piece, time](UpstreamConnection& connection) {
    for (std::size_t at = 0; at < bytes.size() && connection.is_open(); at += piece) {
      if (at > 0) pause(connection, time);
      connection.send(std::string_view(bytes).substr(at, piece));
    }
  }};
}

Step wait(std::chrono::milliseconds time) {
  return {[time](UpstreamConnection& connection) { pause(connection, time); }};
}

Step wait_for(std::string_view gate) {
  return {[gate = std::string(gate)](UpstreamConnection& connection) {
    connection.wait_until([&] { return connection.gate_is_open(gate); });
  }};
}

Step wait_for_departure() {
  return {[](UpstreamConnection& connection) {
    connection.wait_until([&] { return connection.peer_has_departed(); });
  }};
}

Step read_body() {
  return {.run = [](UpstreamConnection& connection) { connection.read_body(); },
          .takes_body = true};
}

Step read_body(std::size_t bytes) {
  return {.run =
              [bytes](UpstreamConnection& connection) {
                std::size_t left = bytes;
                while (left > 0 && connection.is_open()) {
                  const std::string piece = connection.read_piece(left);
                  if (piece.empty()) break;
                  left -= piece.size();
                }
                connection.leave_body();
              },
          .takes_body = true};
}

Step read_body_slowly(std::size_t bytes, std::chrono::milliseconds time) {
  return {.run =
              [bytes, time](UpstreamConnection& connection) {
                while (connection.is_open() && !connection.read_piece(bytes).empty()) {
                  pause(connection, time);
                }
              },
          .takes_body = true};
}

Step leave_body() {
  return {.run = [](UpstreamConnection& connection) { connection.leave_body(); },
          .takes_body = true};
}

Step close() {
  return {[](UpstreamConnection& connection) { connection.close(); }};
}

Step reset() {
  return {[](UpstreamConnection& connection) { connection.reset(); }};
}

Step finish_sending() {
  return {[](UpstreamConnection& connection) { connection.stream().finish_sending(); }};
}

Step call(std::function<void(UpstreamConnection&)> function) { return {std::move(function)}; }

char pattern_byte(std::uint64_t at) {
  constexpr std::uint64_t kPeriod = 65'537;
  const std::uint64_t place = at % kPeriod;
  return static_cast<char>('a' + (place ^ place >> 5) % 26);
}

std::string pattern(std::uint64_t begin, std::size_t length) {
  constexpr std::uint64_t kPeriod = 65'537;
  static const std::string period = [] {
    std::string bytes(kPeriod, '\0');
    for (std::uint64_t i = 0; i < kPeriod; ++i) bytes[i] = pattern_byte(i);
    return bytes;
  }();
  std::string text;
  text.reserve(length);
  while (text.size() < length) {
    const auto from = static_cast<std::size_t>((begin + text.size()) % kPeriod);
    text.append(period, from, length - text.size());
  }
  return text;
}

}  // namespace barbacane::testkit
