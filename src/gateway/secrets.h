#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

/// Secret references and what they stand for (CLI contract, 7).
///
/// One `Secrets` serves one load: each reference is fetched once, and what fails is collected, so
/// that an operator hears of everything that is missing at once. Values are in no message.
/// Blocking; one thread.
namespace barbacane::gateway {

class Secrets {
 public:
  /// `directory` is where `file://` references may lead (BARBACANE_SECRETS_DIR); empty: nowhere.
  explicit Secrets(std::string directory) : directory_(std::move(directory)) {}

  /// JSON text in which every string value that is a reference is replaced by its secret; keys and
  /// everything else stay as they are, byte for byte. A reference that fails stays and is among
  /// `failures`. The error: the text cannot be read.
  base::Result<std::string> resolve(std::string_view json);

  /// What one reference stands for. The error is the sentence of the CLI contract, and among
  /// `failures` as well.
  base::Result<std::string> fetch(std::string_view reference);

  /// A sentence for each thing that failed, in the order they were met, each once.
  const std::vector<std::string>& failures() const { return failures_; }
  /// All of them in one, as the program says it when it ends; empty when there are none.
  std::string complaint() const;

 private:
  void note(const std::string& failure);

  std::string directory_;
  std::map<std::string, base::Result<std::string>, std::less<>> fetched_;
  std::vector<std::string> failures_;
};

}  // namespace barbacane::gateway
