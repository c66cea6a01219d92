#include "app/schema_table.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "base/json_pointer.h"
#include "schema/json.h"

namespace barbacane::app {

namespace {

using schema::Kind;
using schema::Value;

constexpr std::size_t kMostRows = 500;
constexpr std::size_t kDeepest = 16;
/// Schemas that are looked at: alternatives that contain themselves would never end.
constexpr std::size_t kMostSchemas = 10'000;
constexpr std::array<std::string_view, 2> kAlternatives = {"anyOf", "oneOf"};

std::optional<Value> member(Value object, std::string_view name) {
  return object.is_object() ? object.find(name) : std::nullopt;
}

std::string_view text(Value object, std::string_view name) {
  const auto value = member(object, name);
  return value && value->is_string() ? value->text() : std::string_view();
}

bool is_true(Value object, std::string_view name) {
  const auto value = member(object, name);
  return value && value->kind() == Kind::kTrue;
}

/// A scalar as it is written, containers by their brackets.
std::string shown(Value value) {
  switch (value.kind()) {
    case Kind::kNull:
      return "null";
    case Kind::kFalse:
      return "false";
    case Kind::kTrue:
      return "true";
    case Kind::kNumber:
      return std::string(value.text());
    case Kind::kString:
      return value.text().empty() ? "\"\"" : std::string(value.text());
    case Kind::kArray: {
      std::string list;
      for (const Value each : value.elements()) list += (list.empty() ? "" : ", ") + shown(each);
      return "[" + list + "]";
    }
    case Kind::kObject:
      return value.size() == 0 ? "{}" : "{...}";
  }
  return {};
}

void add_phrase(std::string& words, std::string phrase) {
  if (!words.empty()) words += "; ";
  words += std::move(phrase);
}

std::string values_of(Value list) {
  std::string values;
  for (const Value each : list.elements()) values += (values.empty() ? "" : ", ") + shown(each);
  return values;
}

std::string_view type_name(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "null";
    case Kind::kFalse:
    case Kind::kTrue:
      return "boolean";
    case Kind::kNumber:
      return "number";
    case Kind::kString:
      return "string";
    case Kind::kArray:
      return "list";
    case Kind::kObject:
      return "object";
  }
  return "any";
}

std::string bounds(Value schema, std::string_view low, std::string_view high,
                   std::string_view unit) {
  const auto least = member(schema, low);
  const auto most = member(schema, high);
  const std::string tail = unit.empty() ? "" : " " + std::string(unit);
  if (least && most) return "from " + shown(*least) + " to " + shown(*most) + tail;
  if (least) return "at least " + shown(*least) + tail;
  if (most) return "at most " + shown(*most) + tail;
  return {};
}

/// How long a list has to be.
std::string entries(Value schema) {
  const auto least = member(schema, "minItems");
  if (least && !member(schema, "maxItems") && shown(*least) == "1") return "not empty";
  return bounds(schema, "minItems", "maxItems", "entries");
}

/// The description says already what is allowed.
bool tells_a_range(std::string_view description) {
  constexpr std::string_view kWords[] = {"at least ",  "at most ", "more than ",
                                         "less than ", "from ",    "up to "};
  return std::ranges::any_of(kWords, [&](std::string_view word) {
    return description.find(word) != std::string_view::npos;
  });
}

class Rows {
 public:
  explicit Rows(Value root) : root_(root) {}

  std::vector<SchemaRow> all() {
    add_members(root_, "", 0);
    return std::move(rows_);
  }

 private:
  /// Behind references into the schema itself; as it is where they lead nowhere or in a circle.
  Value resolved(Value schema) const {
    for (std::size_t steps = 0; steps < kDeepest; ++steps) {
      std::string_view reference = text(schema, "$ref");
      if (!reference.starts_with("#/")) return schema;
      reference.remove_prefix(2);
      Value target = root_;
      for (bool more = true; more;) {
        const std::size_t slash = reference.find('/');
        const std::string token = base::unescape_pointer_token(reference.substr(0, slash));
        const auto next = member(target, token);
        if (!next) return schema;
        target = *next;
        more = slash != std::string_view::npos;
        if (more) reference.remove_prefix(slash + 1);
      }
      schema = target;
    }
    return schema;
  }

  std::string type_of(Value unresolved, std::size_t depth = 0) {
    const Value schema = resolved(unresolved);
    if (!schema.is_object() || depth > kDeepest || ++looked_at_ > kMostSchemas) return "any";
    std::vector<std::string> types;
    const auto add = [&](std::string type) {
      if (std::ranges::find(types, type) == types.end()) types.push_back(std::move(type));
    };
    if (const auto type = schema.find("type")) {
      if (type->is_string()) add(one_type(type->text(), schema, depth));
      if (type->is_array()) {
        for (const Value each : type->elements()) {
          if (each.is_string()) add(one_type(each.text(), schema, depth));
        }
      }
    }
    if (types.empty()) {
      for (const std::string_view keyword : kAlternatives) {
        const auto choices = schema.find(keyword);
        if (!choices || !choices->is_array()) continue;
        for (const Value each : choices->elements()) add(type_of(each, depth + 1));
      }
    }
    const auto values = schema.find("enum");
    if (types.empty() && values && values->is_array()) {
      for (const Value each : values->elements()) add(std::string(type_name(each.kind())));
    }
    if (types.empty() && schema.find("properties")) add("object");
    if (types.empty()) return "any";
    std::string joined;
    for (const std::string& type : types) joined += (joined.empty() ? "" : " or ") + type;
    return joined;
  }

  std::string one_type(std::string_view name, Value schema, std::size_t depth) {
    if (name == "array") {
      const auto items = schema.find("items");
      return items ? "list of " + type_of(*items, depth + 1) : "list";
    }
    if (name == "object" && !schema.find("properties")) {
      const auto values = schema.find("additionalProperties");
      if (values && values->is_object()) return "map of " + type_of(*values, depth + 1);
    }
    const std::string_view format = text(schema, "format");
    if (name == "string" && !format.empty()) return "string (" + std::string(format) + ")";
    return std::string(name);
  }

  std::string words_of(Value schema, Value unresolved) const {
    std::string words(text(unresolved, "description"));
    if (words.empty()) words = text(schema, "description");
    const bool described = !words.empty();
    if (!schema.is_object()) return words;
    if (const auto values = schema.find("enum"); values && values->is_array()) {
      add_phrase(words, "one of " + values_of(*values));
    }
    if (const auto value = schema.find("const")) add_phrase(words, "always " + shown(*value));
    if (const auto items = member(schema, "items")) {
      if (const auto values = member(resolved(*items), "enum"); values && values->is_array()) {
        add_phrase(words, "each one of " + values_of(*values));
      }
    }
    if (!tells_a_range(words)) add_range(schema, words);
    if (auto range = entries(schema); !range.empty()) add_phrase(words, std::move(range));
    if (!described) {
      if (auto range = bounds(schema, "minLength", "maxLength", "characters"); !range.empty()) {
        add_phrase(words, std::move(range));
      }
      const std::string_view pattern = text(schema, "pattern");
      if (!pattern.empty()) add_phrase(words, "matches " + std::string(pattern));
    }
    if (is_true(schema, "writeOnly") || is_true(unresolved, "writeOnly")) {
      add_phrase(words, "secret, write a reference such as env://NAME");
    }
    if (is_true(schema, "deprecated")) add_phrase(words, "deprecated");
    return words;
  }

  static void add_range(Value schema, std::string& words) {
    if (auto range = bounds(schema, "minimum", "maximum", ""); !range.empty()) {
      add_phrase(words, std::move(range));
    }
    if (const auto least = schema.find("exclusiveMinimum")) {
      add_phrase(words, "more than " + shown(*least));
    }
    if (const auto most = schema.find("exclusiveMaximum")) {
      add_phrase(words, "less than " + shown(*most));
    }
  }

  static bool is_required(Value object, std::string_view name) {
    const auto required = member(object, "required");
    if (!required || !required->is_array()) return false;
    for (const Value each : required->elements()) {
      if (each.is_string() && each.text() == name) return true;
    }
    return false;
  }

  void add_members(Value unresolved, const std::string& prefix, std::size_t depth) {
    const Value schema = resolved(unresolved);
    if (!schema.is_object() || depth > kDeepest || ++looked_at_ > kMostSchemas) return;
    if (const auto properties = member(schema, "properties");
        properties && properties->is_object()) {
      for (const schema::Member each : properties->members()) {
        if (each.value.kind() == Kind::kFalse) continue;  // forbidden here
        add_row(prefix + std::string(each.name()), each.value, is_required(schema, each.name()),
                depth);
      }
    }
    if (const auto values = member(schema, "additionalProperties")) {
      add_members(*values, prefix + "*.", depth + 1);
    }
    for (const std::string_view keyword : {"allOf", "anyOf", "oneOf"}) {
      const auto choices = member(schema, keyword);
      if (!choices || !choices->is_array()) continue;
      for (const Value each : choices->elements()) add_members(each, prefix, depth + 1);
    }
  }

  void add_row(std::string name, Value unresolved, bool required, std::size_t depth) {
    if (rows_.size() >= kMostRows || !known_.insert(name).second) return;
    const Value schema = resolved(unresolved);
    const auto fallback = member(schema, "default");
    rows_.push_back({name, type_of(schema),
                     required   ? "required"
                     : fallback ? shown(*fallback)
                                : "",
                     words_of(schema, unresolved)});
    if (const auto items = member(schema, "items")) add_members(*items, name + "[].", depth + 1);
    add_members(schema, name + ".", depth + 1);
  }

  Value root_;
  std::size_t looked_at_ = 0;
  std::vector<SchemaRow> rows_;
  std::set<std::string> known_;
};

}  // namespace

std::vector<SchemaRow> schema_rows(std::string_view json_schema) {
  schema::Tape tape;
  const auto root = tape.read(json_schema);
  return root ? Rows(*root).all() : std::vector<SchemaRow>{};
}

}  // namespace barbacane::app
