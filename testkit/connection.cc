#include "testkit/connection.h"

#include <cstdlib>

#include "testkit/error.h"

namespace barbacane::testkit {

Connection::Connection(std::uint16_t port, std::chrono::milliseconds timeout)
    : stream_(Stream::connect(port, timeout)) {}

Connection::Connection(std::uint16_t port, const TlsClientOptions& tls,
                       std::chrono::milliseconds timeout)
    : stream_(Stream::connect(port, timeout)) {
  stream_.start_tls(tls);
}

void Connection::read_fields(std::vector<std::pair<std::string, std::string>>& fields) {
  for (std::string line = stream_.take_line(); !line.empty(); line = stream_.take_line()) {
    fields.push_back(header_field(line));
  }
}

void Connection::read_chunks(Response& response) {
  response.chunked = true;
  while (true) {
    const std::string line = stream_.take_line();
    char* end = nullptr;
    const unsigned long size = std::strtoul(line.c_str(), &end, 16);
    if (end == line.c_str()) throw TestkitError("not a chunk size: " + line);
    if (size == 0) break;
    response.body += stream_.take(size);
    if (stream_.take(2) != "\r\n") throw TestkitError("no line break behind a chunk");
  }
  read_fields(response.trailers);
}

Response Connection::read_head() {
  Response response;
  const std::string line = stream_.take_line();
  if (!line.starts_with("HTTP/") || line.size() < 12) throw TestkitError("not HTTP: " + line);
  response.version = line.substr(0, line.find(' '));
  response.status = std::atoi(line.c_str() + response.version.size() + 1);
  if (line.size() > 13) response.reason = line.substr(13);
  read_fields(response.headers);
  return response;
}

Response Connection::read(std::string_view method) {
  Response response = read_head();
  read_body(response, method);
  return response;
}

void Connection::read_body(Response& response, std::string_view method) {
  const int status = response.status;
  if (method == "HEAD" || status < 200 || status == 204 || status == 304) return;
  if (response.header("transfer-encoding") == "chunked") {
    read_chunks(response);
  } else if (response.has("content-length")) {
    response.body =
        stream_.take(std::strtoul(response.header("content-length").c_str(), nullptr, 10));
  } else {
    response.body = read_to_end();
  }
}

Response Connection::request(const RequestBuilder& request) {
  send(request.bytes());
  return read(request.method());
}

bool Connection::closed(std::chrono::milliseconds within) {
  if (!stream_.buffered().empty() || !stream_.readable(within)) return false;
  try {
    return !stream_.fill(within);
  } catch (const TestkitError&) {
    return false;  // what was readable was TLS's own: a ticket
  }
}

}  // namespace barbacane::testkit
