#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "gateway/field_list.h"
#include "gateway/plugins/json_messages.h"
#include "gateway/request_line.h"
#include "http/response_fields.h"

/// Input: a byte that says what the handler returned, then what it put out. Checked besides not
/// crashing: whatever is taken can stand in a message, and written for the next plugin it is read
/// as the same.
namespace {

using namespace barbacane;
using namespace barbacane::gateway;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_fields(const ReadResponse& read, std::pmr::memory_resource* arena) {
  std::pmr::vector<http::Field> fields(arena);
  fields.push_back({"Vary", "a", http::known_field("vary")});
  fields.push_back({"x-bad", "\xFF", http::KnownField::kOther});
  fields.push_back({"set-cookie", "a=b", http::known_field("set-cookie")});
  fields.push_back({"Set-Cookie", "c=d", http::known_field("set-cookie")});
  apply_headers(read.headers, fields, arena);
  require(fields.size() <= 2 * FieldList::kMost + 4);
  for (const http::Field& field : fields) require(http::is_legal(field));
  std::string again(write_response(read.status, fields, arena));
  require(read_response(again, arena).has_value());
}

void check_request(const ReadRequest& read, std::pmr::memory_resource* arena) {
  require(is_legal_method(read.method));
  require(is_legal_path(read.path));
  require(is_legal_query(read.query));
  require(read.headers.size() <= FieldList::kMost);
  http::RequestHead head(arena);
  head.method = read.method;
  head.path = read.path;
  head.query = read.query;
  apply_headers(read.headers, head.fields, arena);
  const std::string names[] = {"id"};
  const std::string_view values[] = {read.client_ip};
  const std::string_view input = write_request(
      {.head = head, .client_ip = read.client_ip, .names = names, .values = values}, arena);
  std::string output(input);
  const auto unchanged = read_action(output, 0, input, arena);
  require(unchanged && unchanged->kind == ReadAction::Kind::kUnchanged);
  const auto again = read_action(output, 0, {}, arena);
  require(again && again->kind == ReadAction::Kind::kContinue);
  require(again->request->method == read.method && again->request->path == read.path);
  require(again->request->query == read.query && again->request->client_ip == read.client_ip);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::pmr::monotonic_buffer_resource arena;
  const auto returned = static_cast<std::int8_t>(data[0]);
  std::string output(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto action = read_action(output, returned, "{}", &arena);
  require(action || !action.error().message.empty());
  if (action && action->request) check_request(*action->request, &arena);
  if (action && action->response) check_fields(*action->response, &arena);
  require(!action || returned == 0 || action->kind == ReadAction::Kind::kRespond);
  const auto response = read_response(output, &arena);
  if (response) check_fields(*response, &arena);
  return 0;
}
