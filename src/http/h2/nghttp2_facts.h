#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include <nghttp2/nghttp2.h>

namespace barbacane::http::h2 {

/// More than any head we let through, whichever way nghttp2 counts; its own bound is below ours,
/// and what exceeds it would be dropped.
inline constexpr std::size_t kLargestHead = 4 * 1024 * 1024;

struct FreeOptions {
  void operator()(nghttp2_option* options) const { nghttp2_option_del(options); }
};
using SessionOptions = std::unique_ptr<nghttp2_option, FreeOptions>;

/// Of every session, on either side: windows are given back as bytes are taken, and what has ended
/// is forgotten.
inline SessionOptions session_options() {
  nghttp2_option* options = nullptr;
  nghttp2_option_new(&options);
  nghttp2_option_set_no_auto_window_update(options, 1);
  nghttp2_option_set_no_closed_streams(options, 1);
  nghttp2_option_set_max_send_header_block_length(options, kLargestHead);
  return SessionOptions(options);
}

/// What nghttp2 counts the references of; holds as long as the callback it was handed to.
inline std::string_view view(nghttp2_rcbuf* buffer) {
  const nghttp2_vec bytes = nghttp2_rcbuf_get_buf(buffer);
  return {reinterpret_cast<const char*>(bytes.base), bytes.len};
}

}  // namespace barbacane::http::h2
