#include "compiler/detail/curl.h"

#include <optional>

#include <dlfcn.h>

namespace barbacane::compiler::detail {

namespace {

/// The name of libcurl's stable interface.
constexpr char kLibrary[] = "libcurl.so.4";

template <class Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

std::optional<Curl> open() {
  void* library = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return std::nullopt;
  Curl curl;
  decltype(&curl_global_init) global_init;
  const bool complete = find(library, "curl_global_init", global_init) &&
                        find(library, "curl_easy_init", curl.easy_init) &&
                        find(library, "curl_easy_setopt", curl.easy_setopt) &&
                        find(library, "curl_easy_perform", curl.easy_perform) &&
                        find(library, "curl_easy_getinfo", curl.easy_getinfo) &&
                        find(library, "curl_easy_cleanup", curl.easy_cleanup) &&
                        find(library, "curl_easy_strerror", curl.easy_strerror);
  if (!complete || global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return std::nullopt;
  return curl;
}

}  // namespace

const Curl* Curl::load() {
  static const std::optional<Curl> curl = open();
  return curl ? &*curl : nullptr;
}

}  // namespace barbacane::compiler::detail
