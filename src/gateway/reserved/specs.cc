#include <charconv>
#include <string>

#include "base/text.h"
#include "gateway/problem.h"
#include "gateway/reserved/reserved.h"

namespace barbacane::gateway::reserved {
namespace {

/// The part up to the separator, which is cut off `rest` with it.
std::string_view next_part(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

/// RFC 9110, 12.5.3: `gzip` is listed with a weight above zero, or `*` is and `gzip` is not.
bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    std::string_view element = next_part(accept_encoding, ',');
    const std::string_view coding = base::trim(next_part(element, ';'));
    const std::string_view weight = base::trim(element);
    const bool refused = (weight.starts_with("q=0") || weight.starts_with("Q=0")) &&
                         weight.find_first_not_of("0.", 3) == std::string_view::npos;
    if (base::equals_ignoring_case(coding, "gzip")) return !refused;
    if (coding == "*") any = !refused;
  }
  return any;
}

bool wants_json(std::string_view query) {
  while (!query.empty()) {
    if (next_part(query, '&') == "format=json") return true;
  }
  return false;
}

/// `documents/` name behind a path; empty when there is none of that form.
std::string document_name(std::string_view rest, std::string_view query) {
  if (rest.empty()) return "index.json";
  const std::string name = base::percent_decode(rest.substr(1));
  const std::string_view suffix = wants_json(query) ? ".json" : ".yaml";
  if (name.empty()) return {};
  if (name == "openapi" || name == "asyncapi") return name + std::string(suffix);
  return "specs/" + name + std::string(suffix);
}

std::string_view media_type_of(const artifact::ServedDocument& document, std::string_view name) {
  if (!document.media_type.empty()) return document.media_type;
  return name.ends_with(".json") ? "application/json" : "text/yaml";
}

}  // namespace

Step answer_specs(RequestContext& request, std::string_view rest) {
  const std::string name = document_name(rest, request.head.query);
  const artifact::ServedDocument* document = request.snapshot->document(name);
  if (document == nullptr) return answer_problem(request, Problem::kNotFound);
  http::Response& reply = request.reply;
  reply.add("content-type", copy_to(request.arena, media_type_of(*document, name)));
  reply.add("vary", "accept-encoding");
  if (accepts_gzip(request.head.value(http::KnownField::kAcceptEncoding))) {
    reply.add("content-encoding", "gzip");
    reply.body = document->gzip;
  } else {
    request.document = document;
  }
  return Step::kAnswer;
}

}  // namespace barbacane::gateway::reserved
