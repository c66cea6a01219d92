#include "compiler/detail/public_tree.h"

#include <fmt/format.h>

#include "base/json_pointer.h"
#include "base/text.h"

namespace barbacane::compiler {

namespace {

constexpr std::string_view kSchemas = "components/schemas";
constexpr std::string_view kSecuritySchemes = "components/securitySchemes";

/// `Pet` or `#/components/schemas/Pet`.
std::string mapped_schema(std::string_view target, const Renames& renames) {
  if (target.starts_with("#/")) return renames.reference(target);
  return fmt::format("{}{}", renames.prefix(kSchemas, target), target);
}

void write_discriminator_mapping(const spec::Node& mapping, const Renames& renames,
                                 DocumentWriter& out) {
  out.begin_object();
  for (const spec::Member& member : mapping.members()) {
    if (is_private_key(member.key)) continue;
    out.key(member.key);
    if (member.value->is_string()) {
      out.string(mapped_schema(member.value->text(), renames));
    } else {
      write_public(*member.value, renames, out);
    }
  }
  out.end_object();
}

void write_discriminator(const spec::Node& discriminator, const Renames& renames,
                         DocumentWriter& out) {
  out.begin_object();
  for (const spec::Member& member : discriminator.members()) {
    if (is_private_key(member.key)) continue;
    out.key(member.key);
    if (member.key == "mapping" && member.value->is_object()) {
      write_discriminator_mapping(*member.value, renames, out);
    } else {
      write_public(*member.value, renames, out);
    }
  }
  out.end_object();
}

/// A list of alternatives, each an object by the names of its schemes.
void write_security(const spec::Node& security, const Renames& renames, DocumentWriter& out) {
  out.begin_array();
  for (const spec::Node* alternative : security.items()) {
    if (!alternative->is_object()) {
      write_public(*alternative, renames, out);
      continue;
    }
    out.begin_object();
    for (const spec::Member& member : alternative->members()) {
      if (is_private_key(member.key)) continue;
      out.key(fmt::format("{}{}", renames.prefix(kSecuritySchemes, member.key), member.key));
      write_public(*member.value, renames, out);
    }
    out.end_object();
  }
  out.end_array();
}

}  // namespace

bool is_private_key(std::string_view key) { return key.starts_with("x-barbacane-"); }

std::string decode_pointer_token(std::string_view token) {
  return base::unescape_pointer_token(base::percent_decode(token));
}

void Renames::add(const std::string& place, std::string_view name, std::string prefix) {
  by_place_[place].emplace(name, std::move(prefix));
}

std::string_view Renames::prefix(std::string_view place, std::string_view name) const {
  const auto found = by_place_.find(place);
  if (found == by_place_.end()) return {};
  const auto renamed = found->second.find(name);
  return renamed == found->second.end() ? std::string_view() : std::string_view(renamed->second);
}

std::string Renames::reference(std::string_view reference) const {
  if (!reference.starts_with("#/")) return std::string(reference);
  const std::string_view pointer = reference.substr(2);
  // The name stands after one token (`channels`) or after two (`components/schemas`).
  std::size_t place_end = pointer.find('/');
  if (pointer.substr(0, place_end) == "components" && place_end != std::string_view::npos) {
    place_end = pointer.find('/', place_end + 1);
  }
  if (place_end == std::string_view::npos) return std::string(reference);
  const std::string_view name = pointer.substr(place_end + 1);
  const std::string_view added =
      prefix(pointer.substr(0, place_end), decode_pointer_token(name.substr(0, name.find('/'))));
  return fmt::format("#/{}/{}{}", pointer.substr(0, place_end), added, name);
}

void write_public_value(const spec::Member& member, const Renames& renames, DocumentWriter& out) {
  const spec::Node& value = *member.value;
  if (renames.empty()) {
    write_public(value, renames, out);
  } else if (member.key == "$ref" && value.is_string()) {
    out.string(renames.reference(value.text()));
  } else if (member.key == "discriminator" && value.is_object()) {
    write_discriminator(value, renames, out);
  } else if (member.key == "security" && value.is_array()) {
    write_security(value, renames, out);
  } else {
    write_public(value, renames, out);
  }
}

void write_public(const spec::Node& node, const Renames& renames, DocumentWriter& out) {
  if (out.full()) return;
  switch (node.kind()) {
    case spec::Kind::kObject:
      out.begin_object();
      for (const spec::Member& member : node.members()) {
        if (is_private_key(member.key)) continue;
        out.key(member.key);
        write_public_value(member, renames, out);
      }
      out.end_object();
      return;
    case spec::Kind::kArray:
      out.begin_array();
      for (const spec::Node* item : node.items()) write_public(*item, renames, out);
      out.end_array();
      return;
    default:
      out.scalar(node.kind(), node.text());
  }
}

}  // namespace barbacane::compiler
