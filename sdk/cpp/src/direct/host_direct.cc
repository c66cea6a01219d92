#include "barbacane/detail/host.h"

namespace barbacane::plugin::host {

HeaderList headers(Which which) {
  std::uint32_t capacity = 1024;
  for (;;) {
    std::unique_ptr<char[]> packed(new char[capacity]);
    const std::int32_t size = imports::headers_read(number(which), packed.get(), capacity);
    if (size <= static_cast<std::int32_t>(capacity)) {
      return {std::move(packed), size < 0 ? 0 : static_cast<std::size_t>(size)};
    }
    capacity = static_cast<std::uint32_t>(size);
  }
}

std::optional<std::string> body(Which which) {
  const std::int64_t length = imports::body_length(number(which));
  if (length < 0) return std::nullopt;
  std::optional<std::string> body;
  body.emplace();
  body->resize(static_cast<std::size_t>(length));
  const std::int32_t size = imports::body_read(number(which), 0, body->data(), size32(*body));
  if (size < 0) return std::nullopt;
  if (size < length) body->resize(static_cast<std::size_t>(size));
  return body;
}

}  // namespace barbacane::plugin::host
