#pragma once

#include <map>
#include <string>
#include <string_view>

#include "compiler/detail/document_writer.h"
#include "spec/tree.h"

/// Trees as the public may see them: without `x-barbacane-*`, with references that still lead
/// somewhere after a merge.
namespace barbacane::compiler {

/// True for the keys that are between the author and the gateway.
bool is_private_key(std::string_view key);

/// What a merge renamed in one of its documents: by place (`components/schemas`, `channels`), the
/// old name to what was put before it.
class Renames {
 public:
  void add(const std::string& place, std::string_view name, std::string prefix);
  bool empty() const { return by_place_.empty(); }
  /// The prefix of that name; empty when it kept it.
  std::string_view prefix(std::string_view place, std::string_view name) const;
  /// A `$ref` inside the document as it has to read now.
  std::string reference(std::string_view reference) const;

 private:
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> by_place_;
};

/// Writes a value. References, discriminator mappings and security requirements follow `renames`.
void write_public(const spec::Node& node, const Renames& renames, DocumentWriter& out);

/// The value of one member, whose key decides how names in it are read.
void write_public_value(const spec::Member& member, const Renames& renames, DocumentWriter& out);

/// `~1` and `~0` of a JSON Pointer (RFC 6901) and the percent escapes of a fragment undone.
std::string decode_pointer_token(std::string_view token);

}  // namespace barbacane::compiler
