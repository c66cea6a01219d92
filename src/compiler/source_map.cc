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
#include "compiler/detail/report.h"

namespace barbacane::compiler {

namespace {

/// The tokens of a pointer, front to back.
class Tokens {
 public:
  explicit Tokens(std::string_view pointer) : rest_(pointer) {}

  bool empty() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

  std::string next() {
    const std::size_t end = std::min(rest_.find('/', 1), rest_.size());
    std::string token = base::unescape_pointer_token(rest_.substr(0, end).substr(1));
    rest_.remove_prefix(end);
    return token;
  }

  /// Of a list with `size` elements; `size` itself when the token is no index of it.
  std::size_t next_index(std::size_t size) {
    const std::string token = next();
    std::size_t index = size;
    const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
    return error == std::errc() && end == token.data() + token.size() ? std::min(index, size)
                                                                      : size;
  }

  /// Takes the token when it is this one.
  bool take(std::string_view token) {
    Tokens ahead = *this;
    if (ahead.empty() || ahead.next() != token) return false;
    *this = ahead;
    return true;
  }

 private:
  std::string_view rest_;
};

SpecPlace object_place(spec::NodeRef object) { return {object, {}, false}; }
SpecPlace member_of(spec::NodeRef object, const spec::Member& member) {
  return {object, member.key, true};
}

/// A step into a value that holds no schema, such as the third name of `required`.
bool step_into_data(Tokens& tokens, spec::NodeRef& value, SpecPlace& place) {
  if (value->is_array()) {
    const auto items = value->items();
    const std::size_t index = tokens.next_index(items.size());
    if (index == items.size()) return false;
    value.node = items[index];
    place = object_place(value);
    return true;
  }
  const spec::Member* member = value->find_member(tokens.next());
  if (member == nullptr) return false;
  place = member_of(value, *member);
  value.node = member->value;
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

Part media_part(const std::vector<spec::MediaType>& content, spec::NodeRef owner, Tokens& tokens) {
  Part part{object_place(owner), {}};
  if (!tokens.take("content") || tokens.empty()) return part;
  const spec::MediaType* media = find_media(content, tokens.next());
  if (media == nullptr) return part;
  part.place = object_place(media->node);
  if (tokens.take("schema")) part.schema = media->schema;
  return part;
}

Part part_of(const spec::Operation& operation, Tokens& tokens) {
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

Dialect dialect_of_unit(const SpecUnit& unit) {
  return dialect_of(*unit.api->document).value_or(Dialect::kOpenApi31);
}

}  // namespace

base::SourcePlace SpecPlace::source() const {
  return is_key ? member_place(object, key) : object.place();
}

const RoutedOperation* SchemaPlaces::operation(std::string_view pointer) const {
  Tokens tokens(pointer);
  if (!tokens.take("operations") || tokens.empty()) return nullptr;
  const std::size_t index = tokens.next_index(operations_.size());
  return index == operations_.size() ? nullptr : &operations_[index];
}

SpecPlace SchemaPlaces::find(std::string_view pointer) {
  Tokens tokens(pointer);
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
  return descend(part.schema, dialect_of_unit(*routed->unit), {}, tokens.rest());
}

SpecPlace SchemaPlaces::descend(spec::NodeRef schema, Dialect dialect, std::string_view entry,
                                std::string_view pointer) {
  Tokens tokens(pointer);
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
  SourceMapWriter(std::span<const SpecUnit> units, SchemaTable& schemas)
      : units_(units), schemas_(schemas) {}

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
    json += "],\"schemas\":{" + places_ + "}}";
    return artifact::pack_source_map(json);
  }

 private:
  void write_operation(const RoutedOperation& routed, std::size_t index) {
    const spec::Operation& operation = routed.operation();
    const Dialect dialect = dialect_of_unit(*routed.unit);
    const std::string prefix = "/operations/" + std::to_string(index);
    const auto schema = [&](std::string pointer, spec::NodeRef node) {
      if (node) write_schema(std::move(pointer), schemas_.written(node, dialect), node, {});
    };
    for (std::size_t k = 0; k < operation.parameters.size(); ++k) {
      schema(prefix + "/parameters/" + std::to_string(k) + "/schema",
             operation.parameters[k].schema);
    }
    if (!operation.request_body) return;
    for (const spec::MediaType& media : operation.request_body->content) {
      std::string pointer = prefix + "/request_body/content";
      base::append_pointer_token(pointer, media.name);
      schema(pointer + "/schema", media.schema);
    }
  }

  void write_schema(std::string pointer, const SchemaTable::Written& written, spec::NodeRef node,
                    std::string_view entry) {
    if (!places_.empty()) places_.push_back(',');
    append_key(places_, pointer);
    begin(node.document, node->position());
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

  /// Specs go by their base name, as everywhere in the artifact, other files by their path in the
  /// project.
  std::size_t file_of(const spec::Document* document) {
    const auto [known, is_new] = file_numbers_.emplace(document, files_.size());
    if (is_new) {
      const bool is_spec = std::ranges::any_of(
          units_, [&](const SpecUnit& unit) { return unit.api->document == document; });
      files_.push_back(is_spec ? std::string(document->file()) : document->path());
    }
    return known->second;
  }

  std::span<const SpecUnit> units_;
  SchemaTable& schemas_;
  std::string places_;
  std::deque<std::string> open_;
  std::set<std::string, std::less<>> seen_;
  std::vector<std::string> files_;
  std::unordered_map<const spec::Document*, std::size_t> file_numbers_;
};

}  // namespace

std::string write_source_map(std::span<const SpecUnit> units, SchemaTable& schemas) {
  return SourceMapWriter(units, schemas).write();
}

}  // namespace barbacane::compiler
