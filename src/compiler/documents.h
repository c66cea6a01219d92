#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "artifact/model.h"
#include "spec/api.h"

/// What the reserved endpoints serve, prepared so that the data plane parses and renders nothing.
///
/// `index.json`, every source as `specs/{file}.json` and `specs/{file}.yaml`, and one merged
/// document per kind, all without `x-barbacane-*` keys and all compressed. The order of the specs
/// does not matter: same specs, same bytes. A document that would grow beyond the limit as text
/// (aliases can do that) is left out. Uses a second thread for large documents; never throws but
/// when memory is out. Data-plane contract, section 9.
namespace barbacane::compiler {

/// Bytes of one document before compression. The largest real specs have a tenth of it.
inline constexpr std::size_t kDocumentLimit = std::size_t{256} << 20;

/// By name below `documents/` of the artifact.
std::map<std::string, artifact::ServedDocument> build_documents(
    const std::vector<spec::Api>& apis, std::size_t document_limit = kDocumentLimit);

}  // namespace barbacane::compiler
