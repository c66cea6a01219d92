#include "gateway/request_line.h"

#include <algorithm>

#include "http/response_fields.h"

namespace barbacane::gateway {
namespace {

bool is_visible(char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7F; }

}  // namespace

bool is_legal_method(std::string_view method) { return http::is_legal({method, {}}); }

bool is_legal_path(std::string_view path) {
  return path.starts_with('/') && std::ranges::all_of(path, is_visible) &&
         path.find_first_of("?#") == std::string_view::npos;
}

bool is_legal_query(std::string_view query) {
  return std::ranges::all_of(query, is_visible) && query.find('#') == std::string_view::npos;
}

}  // namespace barbacane::gateway
