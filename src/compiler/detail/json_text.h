#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "artifact/model.h"
#include "spec/tree.h"

/// Nodes of a spec as JSON: compact, object keys in byte order, numbers exact.
namespace barbacane::compiler {

void append_json(std::string& out, const spec::Node& node);
/// The text in quotes.
void append_string(std::string& out, std::string_view text);
/// The same and a colon.
void append_key(std::string& out, std::string_view key);

artifact::Json json_text(const spec::Node& node);

/// The members in byte order of their keys.
std::vector<const spec::Member*> sorted_members(const spec::Node& object);

}  // namespace barbacane::compiler
