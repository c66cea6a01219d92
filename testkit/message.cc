#include "testkit/message.h"

#include <cstdio>

#include <strings.h>

#include "testkit/error.h"

namespace barbacane::testkit {

namespace {

bool same_name(const std::string& a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), b.size()) == 0;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string field_value(const std::vector<std::pair<std::string, std::string>>& fields,
                        std::string_view name) {
  for (const auto& [field, value] : fields) {
    if (same_name(field, name)) return value;
  }
  return {};
}

int field_count(const std::vector<std::pair<std::string, std::string>>& fields,
                std::string_view name) {
  int found = 0;
  for (const auto& [field, value] : fields) found += same_name(field, name) ? 1 : 0;
  return found;
}

std::pair<std::string, std::string> header_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    throw TestkitError("not a header line: " + std::string(line));
  }
  return {std::string(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1)))};
}

std::string Response::header(std::string_view name) const { return field_value(headers, name); }

int Response::count(std::string_view name) const { return field_count(headers, name); }

RequestBuilder::RequestBuilder(std::string_view method, std::string_view target)
    : method_(method), target_(target) {}

RequestBuilder RequestBuilder::raw(std::string bytes) {
  RequestBuilder request;
  request.method_ = bytes.substr(0, bytes.find(' '));
  request.raw_ = std::move(bytes);
  return request;
}

RequestBuilder& RequestBuilder::header(std::string_view name, std::string_view value) {
  headers_.append(name).append(": ").append(value).append("\r\n");
  if (same_name(std::string(name), "host")) host_ = false;
  return *this;
}

RequestBuilder& RequestBuilder::without_host() {
  host_ = false;
  return *this;
}

RequestBuilder& RequestBuilder::version(std::string_view version) {
  version_ = version;
  return *this;
}

RequestBuilder& RequestBuilder::body(std::string_view bytes) {
  body_ = bytes;
  return header("content-length", std::to_string(bytes.size()));
}

RequestBuilder& RequestBuilder::chunks(const std::vector<std::string>& pieces,
                                       const std::vector<std::string>& trailers) {
  body_.clear();
  for (const std::string& piece : pieces) body_ += chunk(piece);
  body_ += "0\r\n";
  for (const std::string& trailer : trailers) body_ += trailer + "\r\n";
  body_ += "\r\n";
  return header("transfer-encoding", "chunked");
}

std::string RequestBuilder::head() const {
  if (!raw_.empty()) return raw_;
  return method_ + " " + target_ + " " + version_ + "\r\n" + (host_ ? "host: localhost\r\n" : "") +
         headers_ + "\r\n";
}

std::string RequestBuilder::bytes() const { return raw_.empty() ? head() + body_ : raw_; }

std::string chunk(std::string_view bytes) {
  char size[24];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return size + std::string(bytes) + "\r\n";
}

}  // namespace barbacane::testkit
