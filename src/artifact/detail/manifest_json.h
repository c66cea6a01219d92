#pragma once

#include <string>
#include <string_view>

#include "artifact/model.h"
#include "base/result.h"

/// `manifest.json`: container contract 7.2.
namespace barbacane::artifact::detail {

/// Everything the manifest says of `contents`, checksums and signature as they stand there.
std::string write_manifest(const Contents& contents);

/// The way back: manifest, specs and plugins without their bytes, both sorted. Only checks of form,
/// among them that no text can blur the line structure the hash is computed over; a version other
/// than ours is an error before anything else is looked at.
base::Result<Contents> read_manifest(std::string_view json);

/// Why `contents` cannot be sealed unambiguously, the same checks as when reading.
base::Result<> check_names(const Contents& contents);

}  // namespace barbacane::artifact::detail
