#include "barbacane/json.h"
#include "barbacane/text.h"
#include "json_abi/call.h"

namespace barbacane::plugin::json_abi {
namespace {

void write_member(std::string& out, std::string_view name, std::string_view value) {
  out.append(name);
  json::append_quoted(out, value);
}

void write_lines(std::string& out, const Lines& lines) {
  out.push_back('{');
  for (const Line& line : lines) {
    if (&line != lines.begin()) out.push_back(',');
    json::append_quoted(out, line.name);
    out.push_back(':');
    json::append_quoted(out, line.value);
  }
  out.push_back('}');
}

}  // namespace

void write_request(std::string& out, const JsonMessage& request) {
  write_member(out, "{\"method\":", request.method);
  write_member(out, ",\"path\":", request.path);
  if (request.has_query) {
    write_member(out, ",\"query\":", request.query);
  } else {
    out.append(",\"query\":null");
  }
  out.append(",\"headers\":");
  write_lines(out, request.headers);
  write_member(out, ",\"client_ip\":", request.client_ip);
  out.append(",\"path_params\":");
  write_lines(out, request.path_params);
  out.push_back('}');
}

void write_response(std::string& out, const JsonMessage& response) {
  out.append("{\"status\":");
  append_integer(out, response.status);
  out.append(",\"headers\":");
  write_lines(out, response.headers);
  out.push_back('}');
}

}  // namespace barbacane::plugin::json_abi
