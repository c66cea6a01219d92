#include <utility>

#include "base/json_pointer.h"
#include "base/text.h"
#include "compiler/detail/json_text.h"
#include "compiler/detail/schema_table.h"

/// What schemas are called in an artifact: entries of the table, references to them, and the few
/// resources that keep an identity.
namespace barbacane::compiler {

namespace {

/// What the `$id` of an entry of the table begins with.
constexpr std::string_view kResource = "urn:barbacane:schema:";

/// `#/components/schemas/simple~1user` becomes `simple-user`, `./user.yaml` becomes `user`.
std::string table_name(std::string_view reference) {
  std::string_view last = reference.substr(reference.find_last_of("/#") + 1);
  if (last.empty()) {
    last = reference.substr(0, reference.find('#'));
    last = last.substr(last.find_last_of('/') + 1);
  }
  if (!reference.contains('#')) last = last.substr(0, last.find('.'));
  std::string name;
  for (char c : base::percent_decode(last.substr(0, 200))) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '.' || c == '-';
    if (plain)
      name.push_back(c);
    else if (c == '~')
      name.push_back('-');
    else if (static_cast<unsigned char>(c) < 0x80)
      name.push_back('-');
  }
  return name.empty() ? "schema" : name;
}

/// OpenAPI 3.0 has no such keyword; what stands there means nothing.
bool is_unknown_in_30(std::string_view key) {
  return key == "$id" || key == "$anchor" || key == "$schema" || key == "$dynamicAnchor" ||
         key == "$dynamicRef";
}

/// A JSON Pointer as the fragment of a URI (RFC 6901, 6).
std::string fragment(std::string_view pointer) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kNotAllowed = "%\"<>\\^`{|}#";
  std::string out;
  for (const char c : pointer) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7F && !kNotAllowed.contains(c)) {
      out.push_back(c);
    } else {
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return out;
}

}  // namespace

const std::string& SchemaTable::share(spec::NodeRef target, Dialect dialect,
                                      std::string_view name) {
  Use& use = uses(dialect)[target.node];
  if (use.shared) return use.name;
  const std::string wanted = table_name(name);
  use.name = wanted;
  for (int n = 2; !table_.emplace(use.name, artifact::Json{}).second; ++n) {
    use.name = wanted + "-" + std::to_string(n);
  }
  use.shared = true;
  entries_.emplace(use.name, Pending{target, dialect});
  pending_.push_back({target, dialect});
  return use.name;
}

std::string SchemaTable::reference_to(spec::NodeRef target, Dialect dialect,
                                      std::string_view name) {
  const spec::NodeRef whole = whole_resource(target, dialect);
  if (!whole || whole.node == target.node) return "#/schemas/" + share(target, dialect, name);
  const std::string uri = std::string(kResource) + share(whole, dialect, name);
  return uri + "#" + fragment(project_.pointer_in_resource(target));
}

/// Where a schema is used, there has to be a reference to the table.
bool SchemaTable::stands_apart(spec::NodeRef schema, Dialect dialect) {
  if (const spec::NodeRef whole = whole_resource(schema, dialect)) {
    return whole.node == schema.node || whole.node != entry_.schema.node;
  }
  const bool is_old = dialect == Dialect::kDraft07;
  const bool is_old_around = entry_.schema && entry_.dialect == Dialect::kDraft07;
  const Use& use = uses(dialect)[schema.node];
  return is_old != is_old_around || use.shared || use.pinned || (use.referred && use.count > 1);
}

/// What makes an entry of the table a resource of its own.
std::vector<std::pair<std::string_view, std::string>> SchemaTable::identity_of(spec::NodeRef schema,
                                                                               Dialect dialect) {
  std::vector<std::pair<std::string_view, std::string>> members;
  if (schema.node != entry_.schema.node || depth_ != 1) return members;
  const bool is_old = dialect == Dialect::kDraft07;
  if (!is_old && !whole_resource(schema, dialect)) return members;
  members.emplace_back("$id", std::string(kResource) + uses(dialect)[schema.node].name);
  if (is_old) members.emplace_back("$schema", "http://json-schema.org/draft-07/schema#");
  return members;
}

/// Names and references, which mean something else in the artifact; false for all other members.
bool SchemaTable::write_naming(std::string& out, const spec::Member& member, spec::NodeRef schema,
                               Dialect dialect) {
  const std::string_view key = member.key;
  if (!key.starts_with('$')) return false;
  if (dialect == Dialect::kOpenApi30 && is_unknown_in_30(key)) return true;
  if (!member.value->is_string()) return false;
  if (key == "$ref" && !reference_of(*schema.node).empty()) {
    const Target target = targets(dialect)[schema.node];
    if (!target.schema) return true;
    append_key(out, key);
    const Dialect own = own_dialect(*target.schema.node, target.dialect);
    append_string(out, reference_to(target.schema, own, reference_of(*schema.node)));
    return true;
  }
  if (key == "$dynamicRef" && dynamic_targets_.contains(schema.node)) {
    const spec::DynamicTarget target = dynamic_targets_[schema.node];
    if (!target.schema) return true;
    const spec::NodeRef whole = whole_resource(target.schema, dialect);
    append_key(out, key);
    append_string(out, target.anchor.empty() || !whole
                           ? reference_to(target.schema, dialect, member.value->text())
                           : std::string(kResource) + share(whole, dialect, target.anchor) + "#" +
                                 std::string(target.anchor));
    return true;
  }
  if (key == "$id" || key == "$anchor") return true;
  if (key == "$schema") return names_dialect(member.value->text());
  const bool is_dynamic = key == "$dynamicAnchor" || key == "$dynamicRef";
  return is_dynamic && dialect != Dialect::kOpenApi31;
}

/// Names every branch as the artifact does, also those that `mapping` leaves to their own names.
void SchemaTable::write_discriminator(std::string& out, const spec::Node& discriminator,
                                      spec::NodeRef schema, Dialect dialect) {
  std::map<std::string, std::string> mapping;
  std::map<std::string, std::string, std::less<>> branches;  // as written, also the mere name
  for (std::string_view keyword : {"oneOf", "anyOf"}) {
    const spec::Node* list = schema->find(keyword);
    for (const spec::Node* branch :
         list == nullptr ? std::span<const spec::Node* const>() : list->items()) {
      const auto found = targets(dialect).find(branch);
      if (found == targets(dialect).end() || !found->second.schema) continue;
      const Target& target = found->second;
      const std::string_view written = reference_of(*branch);
      const std::string place =
          reference_to(target.schema, own_dialect(*target.schema.node, target.dialect), written);
      branches.emplace(written, place);
      if (!written.contains('#')) continue;
      const std::string name = base::unescape_pointer_token(
          base::percent_decode(written.substr(written.find_last_of("/#") + 1)));
      branches.emplace(name, place);
      mapping.emplace(name, place);
    }
  }
  if (const spec::Node* given = discriminator.find("mapping")) {
    for (const spec::Member& entry : given->members()) {
      if (!entry.value->is_string()) continue;
      const auto branch = branches.find(entry.value->text());
      mapping.insert_or_assign(std::string(entry.key), branch != branches.end()
                                                           ? branch->second
                                                           : std::string(entry.value->text()));
    }
  }
  out += "{\"mapping\":{";
  bool first = true;
  for (const auto& [name, place] : mapping) {
    if (!std::exchange(first, false)) out.push_back(',');
    append_key(out, name);
    append_string(out, place);
  }
  out.push_back('}');
  if (const spec::Node* property = discriminator.find("propertyName")) {
    out += ",\"propertyName\":";
    append_json(out, *property);
  }
  out.push_back('}');
}

}  // namespace barbacane::compiler
