#pragma once

#include <string>
#include <vector>

#include "testkit/upstream_steps.h"

/// Everything an upstream can do wrong in one answer, as a table for tests to walk through.
///
///     for (const Misbehaviour& wrong : misbehaviours()) {
///       upstream.script(wrong.path(), wrong.script);
///
/// Each row says what a client of a sound gateway may see. Scripts that stall do so until the peer
/// leaves; a test gives the gateway a short timeout.
namespace barbacane::testkit {

enum class Seen {
  kBadGateway,  ///< 502: there was no answer to pass on
  kTimeout,     ///< 504: no head came in time
  kAborted,     ///< an answer began, and the connection broke before its end
  kAnswer,      ///< odd, yet one answer is to be had from it: `status` and `body`
};

struct Misbehaviour {
  std::string name;  ///< words with hyphens
  Script script;
  std::vector<Seen> seen;  ///< one of these; more than one where HTTP leaves the choice
  int status = 0;
  std::string body = {};

  std::string path() const { return "/" + name; }
};

const std::vector<Misbehaviour>& misbehaviours();

}  // namespace barbacane::testkit
