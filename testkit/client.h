#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "testkit/message.h"

/// Clients that others wrote: curl and h2load, run as programs, their results read.
namespace barbacane::testkit {

struct CurlResult {
  int exit_code = -1;        ///< curl's own: 0 when a whole answer came
  std::string error;         ///< what it said about a failure
  std::string http_version;  ///< `2`, `1.1`
  Response response;         ///< the last one; its reason and version as far as curl shows them
  std::uint64_t downloaded = 0;
  int connections = 0;  ///< made for this
};

/// `curl` with these arguments (URL and options). The body is kept in memory.
CurlResult curl(const std::vector<std::string>& arguments);

struct H2loadOptions {
  std::string url;
  int requests = 1000;
  int clients = 10;
  int streams = 1;                          ///< at once on a connection
  bool http1 = false;                       ///< instead of HTTP/2
  std::vector<std::string> arguments = {};  ///< further ones
};

struct H2loadResult {
  int done = 0;
  int succeeded = 0;  ///< answers came whole
  int failed = 0;     ///< connections broke, streams were reset
  int status_2xx = 0;
  int status_4xx = 0;
  int status_5xx = 0;
  double rate = 0;  ///< requests a second
  std::string output;
};

H2loadResult h2load(const H2loadOptions& options);

}  // namespace barbacane::testkit
