#pragma once

#include <cstddef>
#include <string_view>

#include <nghttp2/nghttp2.h>

namespace barbacane::http::h2 {

/// More than any head we let through, whichever way nghttp2 counts; its own bound is below ours,
/// and what exceeds it would be dropped.
inline constexpr std::size_t kLargestHead = 4 * 1024 * 1024;

/// What nghttp2 counts the references of; holds as long as the callback it was handed to.
inline std::string_view view(nghttp2_rcbuf* buffer) {
  const nghttp2_vec bytes = nghttp2_rcbuf_get_buf(buffer);
  return {reinterpret_cast<const char*>(bytes.base), bytes.len};
}

}  // namespace barbacane::http::h2
