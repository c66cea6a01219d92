#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "gateway/gateway.h"

/// `--tls-…` of `serve`, held against each other (cli.md, 6.1 and 6.4).
namespace barbacane::app {

/// As typed.
struct TlsTexts {
  std::vector<std::string> certificates = {}, keys = {};
  std::string min_version = "1.2";
  std::optional<std::string> client_ca = {}, client_auth = {};
};

/// The error is the sentence after `error: `; the exit code is 1. No file is opened.
std::expected<gateway::TlsFlags, std::string> check_tls(const TlsTexts& texts);

}  // namespace barbacane::app
