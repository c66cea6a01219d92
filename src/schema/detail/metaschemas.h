#pragma once

#include <string_view>

/// The standard meta-schemas, so that a schema may refer to them without a network.
namespace barbacane::schema::detail {

/// The text of a standard meta-schema by its URI without a fragment; empty for others.
std::string_view standard_metaschema(std::string_view uri);

}  // namespace barbacane::schema::detail
