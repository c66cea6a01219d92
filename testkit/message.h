#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace barbacane::testkit {

/// A response as a test looks at it.
struct Response {
  int status = 0;
  std::string version;  ///< `HTTP/1.1`
  std::string reason;
  std::vector<std::pair<std::string, std::string>> headers;  ///< as received, in order
  std::string body;                                          ///< without chunk framing
  std::vector<std::pair<std::string, std::string>> trailers;
  bool chunked = false;

  /// The first value of that name, in any letter case; empty when absent.
  std::string header(std::string_view name) const;
  bool has(std::string_view name) const { return count(name) > 0; }
  int count(std::string_view name) const;
};

/// The bytes of a request, built or raw.
///
///     RequestBuilder("POST", "/users").header("content-type", "application/json").body("{}")
///     RequestBuilder::raw("GET / HTTP/1.1\r\nhost : x\r\n\r\n")
///
/// Adds `host: localhost` unless a host is given or refused, and `content-length` for a body.
class RequestBuilder {
 public:
  RequestBuilder(std::string_view method, std::string_view target);
  /// These bytes and no others.
  static RequestBuilder raw(std::string bytes);

  RequestBuilder& header(std::string_view name, std::string_view value);
  RequestBuilder& without_host();
  RequestBuilder& version(std::string_view version);
  RequestBuilder& body(std::string_view bytes);
  /// Sends the body as chunks of these pieces, with `trailer` lines (`name: value`) at its end.
  RequestBuilder& chunks(const std::vector<std::string>& pieces,
                         const std::vector<std::string>& trailers = {});
  RequestBuilder& close() { return header("connection", "close"); }

  std::string bytes() const;
  /// The head alone, for tests that send the body later.
  std::string head() const;
  const std::string& method() const { return method_; }

 private:
  RequestBuilder() = default;

  std::string method_;
  std::string target_;
  std::string version_ = "HTTP/1.1";
  std::string headers_;
  std::string body_;
  std::string raw_;
  bool host_ = true;
};

/// A header line taken apart, without the blanks around its value; TestkitError when it is none.
std::pair<std::string, std::string> header_field(std::string_view line);

/// The first value of that name in any letter case, empty when absent; and how many there are.
std::string field_value(const std::vector<std::pair<std::string, std::string>>& fields,
                        std::string_view name);
int field_count(const std::vector<std::pair<std::string, std::string>>& fields,
                std::string_view name);

/// `chunk` framing of one piece: size line, bytes, line break.
std::string chunk(std::string_view bytes);

}  // namespace barbacane::testkit
