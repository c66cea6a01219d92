#include "barbacane/headers.h"

#include "barbacane/text.h"

namespace barbacane::plugin {

bool is_header_name(std::string_view name) {
  for (const char c : name) {
    if (!is_token_character(c)) return false;
  }
  return !name.empty();
}

bool is_header_value(std::string_view value) {
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7F) return false;
  }
  return trim(value).size() == value.size();
}

std::string must_be_header_name(const std::string& name) {
  return is_header_name(name) ? std::string() : std::string("must be a header name");
}

std::string must_be_header_value(const std::string& value) {
  return is_header_value(value) ? std::string() : std::string("must be a header value");
}

std::string must_be_headers(const std::vector<std::pair<std::string, std::string>>& headers) {
  for (const auto& [name, value] : headers) {
    if (!is_header_name(name)) return concat("has a member '", name, "', which is no header name");
    if (!is_header_value(value))
      return concat("has a member '", name, "', which is no header value");
  }
  return {};
}

bool is_hop_by_hop(std::string_view name) {
  for (const std::string_view one : {"connection", "keep-alive", "proxy-connection", "te",
                                     "trailer", "transfer-encoding", "upgrade"}) {
    if (name == one) return true;
  }
  return false;
}

}  // namespace barbacane::plugin
