#include "http/response_fields.h"

#include <chrono>
#include <ctime>
#include <string>

#include "base/clock.h"
#include "base/text.h"
#include "http/h1/grammar.h"

namespace barbacane::http {

bool is_bodiless(int status) { return status < 200 || status == 204 || status == 304; }

bool is_owned_by_connection(std::string_view name) {
  using base::equals_ignoring_case;
  switch (name.size()) {
    case 4:
      return equals_ignoring_case(name, "date");
    case 7:
      return equals_ignoring_case(name, "upgrade") || equals_ignoring_case(name, "trailer");
    case 10:
      return equals_ignoring_case(name, "connection") || equals_ignoring_case(name, "keep-alive");
    case 14:
      return equals_ignoring_case(name, "content-length");
    case 16:
      return equals_ignoring_case(name, "proxy-connection");
    case 17:
      return equals_ignoring_case(name, "transfer-encoding");
    default:
      return false;
  }
}

bool is_legal(const Field& field) {
  return h1::is_token(field.name) && h1::is_field_text(field.value);
}

std::string_view date_now() {
  thread_local std::time_t second = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != second) {
    second = now;
    text = base::imf_fixdate(std::chrono::system_clock::from_time_t(now));
  }
  return text;
}

}  // namespace barbacane::http
