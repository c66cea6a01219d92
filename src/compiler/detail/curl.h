#pragma once

#include <curl/curl.h>

/// libcurl, loaded when the first download needs it.
///
/// The library brings some twenty-five others along. A gateway that serves traffic never calls it,
/// and should neither load them at every start nor keep them in memory; so the program is not
/// linked with it. Thread-safe.
namespace barbacane::compiler::detail {

struct Curl {
  decltype(&curl_easy_init) easy_init;
  decltype(&curl_easy_setopt) easy_setopt;
  decltype(&curl_easy_perform) easy_perform;
  decltype(&curl_easy_getinfo) easy_getinfo;
  decltype(&curl_easy_cleanup) easy_cleanup;
  decltype(&curl_easy_strerror) easy_strerror;

  /// Null when libcurl is not installed. Lives as long as the process.
  static const Curl* load();
};

}  // namespace barbacane::compiler::detail
