#include "barbacane/reply.h"

#include "barbacane/text.h"

namespace barbacane::plugin {

Problem::Problem(int status, std::string_view suffix, std::string_view title)
    : status_(status), suffix_(suffix), title_(title.empty() ? reason_phrase(status) : title) {}

Problem& Problem::member(std::string_view name, std::string_view value) {
  members_.push_back(',');
  json::append_quoted(members_, name);
  members_.push_back(':');
  json::append_quoted(members_, value);
  return *this;
}

Problem::operator Action() const {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.member("type").string(concat("urn:barbacane:error:", suffix_));
  writer.member("title").string(title_);
  writer.member("status").integer(status_);
  if (!detail_.empty()) writer.member("detail").string(detail_);
  const Value path = host::field(host::Field::kPath);
  if (path) writer.member("instance").string(*path);
  body.append(members_);
  writer.end_object();
  return respond(status_).header("content-type", "application/problem+json").body(body);
}

}  // namespace barbacane::plugin
