#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// AWS Signature Version 4 in a header, for every service but S3 (whose paths are canonical in
/// another way).
///
/// Sign what will really be sent: the path and query as they stand in the URL, and only headers
/// that nobody changes on the way.
namespace barbacane::plugin::sigv4 {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  ///< of temporary credentials; empty: none
};

struct Scope {
  std::string_view region;
  std::string_view service;
  std::string_view time;  ///< `20150830T123600Z`, as in `x-amz-date`
};

struct Request {
  std::string_view method;
  std::string_view path;   ///< percent-encoded
  std::string_view query;  ///< percent-encoded
  /// All that are to be signed, `host` and `x-amz-date` among them; names in lower case.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string_view body;
};

/// The value of the header `authorization`.
std::string authorization(const Credentials& credentials, const Scope& scope,
                          const Request& request);

/// That many seconds since 1970 as `20150830T123600Z`.
std::string time_text(std::int64_t unix_seconds);

std::string canonical_request(const Request& request, std::string& signed_headers);

}  // namespace barbacane::plugin::sigv4
