#pragma once

#include <memory>

#include "gateway/dispatchers/dispatcher.h"
#include "gateway/dispatchers/mock_config.h"

/// `mock` with `from_spec: true`: answers with the examples of the operation's spec (plugins
/// contract, 2.1).
///
/// Which of them is the client's to say: `Prefer: code=404`, `Prefer: example=NAME` (RFC 7240),
/// `Accept`. The answers lie with the operation (`CompiledOperation::mock_answers`), so that one
/// dispatcher serves all operations of one config.
namespace barbacane::gateway {

std::unique_ptr<Dispatcher> make_mock_from_spec(MockConfig config);

}  // namespace barbacane::gateway
