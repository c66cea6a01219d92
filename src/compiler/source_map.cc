#include "compiler/detail/source_map.h"

#include <algorithm>
#include <charconv>
#include <deque>
#include <set>
#include <unordered_map>

#include "artifact/source_map.h"
#include "base/json_pointer.h"
#include "base/text.h"
#include "compiler/detail/json_text.h"
#include "compiler/detail/pointer_tokens.h"
#include "compiler/detail/report.h"

namespace barbacane::compiler {

namespace {

SpecPlace object_place(spec::NodeRef object) { return {object, {}, false}; }
SpecPlace member_of(spec::NodeRef object, const spec::Member& member) {
  return {object, member.key, true};
}

/// A step into a value that holds no schema, such as the third name of `required`.
bool step_into_data(PointerTokens& tokens, spec::NodeRef& value, SpecPlace& place) {
  const PointerStep step = step_into(*value.node, tokens);
  if (step.value == nullptr) return false;
  const spec::NodeRef inner{step.value, value.document};
  place = step.member != nullptr ? member_of(value, *step.member) : object_place(inner);
  value = inner;
  return true;
}

const spec::MediaType* find_media(const std::vector<spec::MediaType>& content,
                                  std::string_view name) {
  const auto found = std::ranges::find(content, name, &spec::MediaType::name);
  return found == content.end() ? nullptr : &*found;
}

/// The part of an operation that the tokens lead to, and its schema when they go on into it.
struct Part {
  SpecPlace place;
  spec::NodeRef schema;
};

/// Tokens behind `encoding`.
Part header_part(const spec::MediaType& media, PointerTokens& tokens) {
  Part part{object_place(media.node), {}};
  if (tokens.empty()) return part;
  const std::string property = tokens.next();
  if (!tokens.take("headers") || tokens.empty()) return part;
  const std::string name = tokens.next();
  for (const spec::PartHeader& header : media.part_headers) {
    if (header.property != property || header.parameter.name != name) continue;
    part.place = object_place(header.parameter.node);
    const bool beside = !header.parameter.content_type;
    if (!beside && tokens.take("content") && !tokens.empty()) tokens.next();
    if (tokens.take("schema")) part.schema = header.parameter.schema;
  }
  return part;
}

Part media_part(const std::vector<spec::MediaType>& content, spec::NodeRef owner,
                PointerTokens& tokens) {
  Part part{object_place(owner), {}};
  if (!tokens.take("content") || tokens.empty()) return part;
  const spec::MediaType* media = find_media(content, tokens.next());
  if (media == nullptr) return part;
  part.place = object_place(media->node);
  if (tokens.take("schema")) part.schema = media->schema;
  return tokens.take("encoding") ? header_part(*media, tokens) : part;
}

Part part_of(const spec::Operation& operation, PointerTokens& tokens) {
  Part part{object_place(operation.node), {}};
  if (tokens.take("parameters") && !tokens.empty()) {
    const std::size_t index = tokens.next_index(operation.parameters.size());
    if (index == operation.parameters.size()) return part;
    const spec::Parameter& parameter = operation.parameters[index];
    part.place = object_place(parameter.node);
    // The style is what else can be wrong with a parameter.
    if (const spec::Member* style = parameter.node->find_member("style")) {
      part.place = member_of(parameter.node, *style);
    }
    if (tokens.take("schema")) part.schema = parameter.schema;
  } else if (tokens.take("request_body") && operation.request_body) {
    return media_part(operation.request_body->content, operation.request_body->node, tokens);
  } else if (tokens.take("responses") && !tokens.empty()) {
    const auto response =
        std::ranges::find(operation.responses, tokens.next(), &spec::Response::status);
    if (response != operation.responses.end()) {
      return media_part(response->content, response->node, tokens);
    }
  }
  return part;
}

/// Of its schema, from the media type on.
std::string header_pointer(const spec::PartHeader& header) {
  std::string pointer = "/encoding";
  base::append_pointer_token(pointer, header.property);
  base::append_pointer_token(pointer += "/headers", header.parameter.name);
  if (header.parameter.content_type) {
    base::append_pointer_token(pointer += "/content", *header.parameter.content_type);
  }
  return pointer + "/schema";
}

}  // namespace

base::SourcePlace SpecPlace::source() const {
  return is_key ? member_place(object, key) : object.place();
}

const RoutedOperation* SchemaPlaces::operation(std::string_view pointer) const {
  PointerTokens tokens(pointer);
  if (!tokens.take("operations") || tokens.empty()) return nullptr;
  const std::size_t index = tokens.next_index(operations_.size());
  return index == operations_.size() ? nullptr : &operations_[index];
}

SpecPlace SchemaPlaces::find(std::string_view pointer) {
  PointerTokens tokens(pointer);
  if (tokens.take("schemas") && !tokens.empty()) {
    const std::string name = tokens.next();
    const auto entry = schemas_.entry(name);
    if (!entry) return {};
    return descend(entry->object, entry->dialect, name, tokens.rest());
  }
  const RoutedOperation* routed = operation(pointer);
  if (routed == nullptr) return {};
  tokens.next();
  tokens.next();
  const Part part = part_of(routed->operation(), tokens);
  if (!part.schema) return part.place;
  return descend(part.schema, dialect_of(*routed->unit->api), {}, tokens.rest());
}

SpecPlace SchemaPlaces::descend(spec::NodeRef schema, Dialect dialect, std::string_view entry,
                                std::string_view pointer) {
  PointerTokens tokens(pointer);
  SpecPlace place = object_place(schema);
  SchemaTable::Written written;
  const auto arrive = [&](spec::NodeRef at) {
    written = schemas_.written(at, dialect, entry);
    dialect = written.dialect;
    // Of what a reference stands for and is no schema, the reference itself is not to blame.
    const bool is_elsewhere = written.object && written.object.node != at.node;
    if (is_elsewhere && !written.object->is_object()) place = object_place(written.object);
  };
  // An entry of the table is there itself, not a reference to it.
  if (entry.empty()) {
    arrive(schema);
  } else {
    written = {schema, dialect, {}};
  }
  while (!tokens.empty() && written.object) {
    const std::string keyword = tokens.next();
    const spec::Member* member = written.object->find_member(keyword);
    if (member == nullptr) return place;
    place = member_of(written.object, *member);
    spec::NodeRef value{member->value, written.object.document};
    const Keyword kind = keyword_kind(keyword);
    const bool holds_schema = kind == Keyword::kSchema && !value->is_array();
    if (!holds_schema && tokens.empty()) return place;
    if (!holds_schema && !step_into_data(tokens, value, place)) return place;
    if (kind == Keyword::kOther) {
      while (!tokens.empty() && step_into_data(tokens, value, place)) {
      }
      return place;
    }
    arrive(value);
  }
  return place;
}

namespace {

/// Aliases let a small description expand; beyond this the map goes no deeper.
constexpr std::size_t kMaxText = std::size_t{64} << 20;

class SourceMapWriter {
 public:
  SourceMapWriter(const spec::Project& project, std::span<const SpecUnit> units,
                  SchemaTable& schemas)
      : project_(project), units_(units), schemas_(schemas) {}

  std::string write() {
    const std::vector<RoutedOperation> operations = routed_operations(units_);
    for (std::size_t i = 0; i < operations.size(); ++i) write_operation(operations[i], i);
    while (!open_.empty()) {
      const std::string name = std::move(open_.front());
      open_.pop_front();
      if (const auto entry = schemas_.entry(name)) {
        write_schema("/schemas/" + name, *entry, entry->object, name);
      }
    }
    std::string json = "{\"files\":[";
    for (const std::string& file : files_) {
      if (json.back() != '[') json.push_back(',');
      append_string(json, file);
    }
    json += "],\"places\":{" + places_ + "}}";
    return artifact::pack_source_map(json);
  }

 private:
  void write_operation(const RoutedOperation& routed, std::size_t index) {
    const spec::Operation& operation = routed.operation();
    dialect_ = dialect_of(*routed.unit->api);
    const std::string prefix = "/operations/" + std::to_string(index);
    write_place(prefix, operation.node.document, operation.method_place.position);
    for (std::size_t k = 0; k < operation.parameters.size(); ++k) {
      const spec::Parameter& parameter = operation.parameters[k];
      const std::string pointer = prefix + "/parameters/" + std::to_string(k);
      write_place(pointer, parameter.node.document, parameter.node->position());
      write_used(pointer + "/schema", parameter.schema);
    }
    if (operation.request_body) write_body(prefix + "/request_body", *operation.request_body);
  }

  void write_body(const std::string& body_pointer, const spec::RequestBody& body) {
    const spec::Document* document = body.node.document;
    write_place(body_pointer, document, body.node->position());
    const spec::Member* content = body.node->find_member("content");
    if (content == nullptr) return;
    write_place(body_pointer + "/content", document, content->key_position);
    for (const spec::MediaType& media : body.content) {
      std::string pointer = body_pointer + "/content";
      base::append_pointer_token(pointer, media.name);
      if (const spec::Member* key = content->value->find_member(media.name)) {
        write_place(pointer, document, key->key_position);
      }
      write_used(pointer + "/schema", media.schema);
      for (const spec::PartHeader& header : media.part_headers) {
        write_used(pointer + header_pointer(header), header.parameter.schema);
      }
    }
  }

  /// A schema as the operation at hand uses it, or none.
  void write_used(const std::string& pointer, spec::NodeRef schema) {
    if (schema) write_schema(pointer, schemas_.written(schema, dialect_), schema, {});
  }

  void write_place(std::string_view pointer, const spec::Document* document,
                   base::Position position) {
    begin_entry(pointer, document, position);
    places_.push_back(']');
  }

  void begin_entry(std::string_view pointer, const spec::Document* document,
                   base::Position position) {
    if (!places_.empty()) places_.push_back(',');
    append_key(places_, pointer);
    begin(document, position);
  }

  void write_schema(std::string_view pointer, const SchemaTable::Written& written,
                    spec::NodeRef node, std::string_view entry) {
    begin_entry(pointer, node.document, node->position());
    write_members(written, entry);
    places_.push_back(']');
  }

  void begin(const spec::Document* document, base::Position position) {
    places_.push_back('[');
    number(file_of(document));
    places_.push_back(',');
    number(position.line);
    places_.push_back(',');
    number(position.column);
  }

  void number(std::size_t value) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    places_.append(digits, end);
  }

  /// What the schema at a place has in it: of a reference to the table nothing, but the entry is
  /// to be written as well.
  void write_members(const SchemaTable::Written& written, std::string_view entry) {
    if (!written.entry.empty() && seen_.emplace(written.entry).second) {
      open_.emplace_back(written.entry);
    }
    if (!written.object || written.object->members().empty() || places_.size() > kMaxText) return;
    places_ += ",{";
    for (const spec::Member& member : written.object->members()) {
      write_member(written, member, entry);
    }
    places_.push_back('}');
  }

  void write_member(const SchemaTable::Written& around, const spec::Member& member,
                    std::string_view entry) {
    const spec::NodeRef value{member.value, around.object.document};
    const auto name = [&](std::string_view key, base::Position position) {
      if (places_.back() != '{') places_.push_back(',');
      append_key(places_, key);
      begin(value.document, position);
    };
    const auto subschema = [&](const spec::Node* node) {
      write_members(schemas_.written({node, value.document}, around.dialect, entry), entry);
    };
    name(member.key, member.key_position);
    const Keyword kind = keyword_kind(member.key);
    if (kind == Keyword::kSchema && value->is_object()) {
      subschema(value.node);
    } else if (kind == Keyword::kSchemaMap && !value->members().empty()) {
      places_ += ",{";
      for (const spec::Member& each : value->members()) {
        name(each.key, each.key_position);
        subschema(each.value);
        places_.push_back(']');
      }
      places_.push_back('}');
    } else if (kind != Keyword::kOther && !value->items().empty()) {
      places_ += ",{";
      std::size_t index = 0;
      for (const spec::Node* item : value->items()) {
        name(std::to_string(index++), item->position());
        subschema(item);
        places_.push_back(']');
      }
      places_.push_back('}');
    }
    places_.push_back(']');
  }

  std::size_t file_of(const spec::Document* document) {
    const auto [known, is_new] = file_numbers_.emplace(document, files_.size());
    if (is_new) files_.push_back(project_.relative_path(*document));
    return known->second;
  }

  const spec::Project& project_;
  std::span<const SpecUnit> units_;
  SchemaTable& schemas_;
  Dialect dialect_{};  ///< of the operation at hand
  std::string places_;
  std::deque<std::string> open_;
  std::set<std::string, std::less<>> seen_;
  std::vector<std::string> files_;
  std::unordered_map<const spec::Document*, std::size_t> file_numbers_;
};

}  // namespace

std::string write_source_map(const spec::Project& project, std::span<const SpecUnit> units,
                             SchemaTable& schemas) {
  return SourceMapWriter(project, units, schemas).write();
}

}  // namespace barbacane::compiler
