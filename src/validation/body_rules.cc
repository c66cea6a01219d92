#include "validation/detail/body_rules.h"

#include <utility>

#include "validation/detail/places.h"

namespace barbacane::validation {
namespace {

/// Whether content of this type may arrive under a declared key.
bool may_be(const MediaType& declared, std::string_view type, std::string_view subtype) {
  const bool type_fits = declared.type == "*" || declared.type == type;
  return type_fits && (declared.subtype == "*" || declared.subtype == subtype);
}

bool may_be_json(const MediaType& declared) {
  return declared.is_json() || declared.subtype == "*";
}

bool may_be_multipart(const MediaType& declared) {
  return may_be(declared, "multipart", "form-data");
}

}  // namespace

std::vector<PartHeader> part_headers_of(std::string_view key, const artifact::MediaType& media) {
  const auto type = parse_media_type(key);
  if (!type || !may_be_multipart(*type)) return {};
  return read_part_headers(media.encoding.text);
}

std::expected<BodyRules, std::string> BodyRules::build(const artifact::RequestBody& body,
                                                       const std::vector<MediaSchemas>& schemas,
                                                       const schema::Program& program,
                                                       std::string place) {
  BodyRules rules;
  rules.place = std::move(place);
  rules.required = body.required;
  std::vector<std::string> keys;
  for (const auto& [key, media] : body.content) {
    keys.push_back(key);
    if (!rules.declared.empty()) rules.declared += ", ";
    rules.declared += key;

    const auto type = parse_media_type(key);
    if (!type) {
      return std::unexpected("request body (" + key +
                             "): is not a media type, such as application/json");
    }
    MediaRules& entry = rules.media.emplace_back();
    entry.name = key;
    entry.place = detail::media_place(rules.place, key);
    const MediaSchemas& own = schemas[rules.media.size() - 1];
    entry.schema = own.content;
    entry.json = may_be_json(*type);
    if (!entry.schema) continue;
    entry.text = (type->type == "text" || type->type == "*") &&
                 program.shape(*entry.schema).types.has(schema::TypeSet::kString);
    const auto refuse = [&](const base::Error& error) {
      return std::unexpected("request body (" + key + "): " + error.message);
    };
    if (may_be(*type, "application", "x-www-form-urlencoded")) {
      auto form = FormReader::build(program, *entry.schema, media.encoding.text);
      if (!form) return refuse(form.error());
      entry.form = std::move(*form);
    }
    if (may_be_multipart(*type)) {
      auto multipart = MultipartRules::build(program, *entry.schema, media.encoding.text, {},
                                             entry.place, own.headers);
      if (!multipart) return refuse(multipart.error());
      entry.multipart = std::move(*multipart);
    }
  }
  rules.table = MediaTypeTable(keys);
  return rules;
}

}  // namespace barbacane::validation
