#include "json_abi/call.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include "barbacane/detail/imports.h"
#include "barbacane/detail/json_call.h"
#include "barbacane/text.h"

namespace barbacane::plugin::json_abi {
namespace {

/// Written before and behind an input that goes back unchanged, so that it need not be copied.
constexpr std::string_view kContinue = R"({"action":0,"data":)";
constexpr std::string_view kRespond = R"({"action":1,"data":)";
constexpr std::uint32_t kRoomBefore = 32;
static_assert(kContinue.size() <= kRoomBefore);

void set_output(std::string_view output) {
  imports::host_set_output(output.data(), static_cast<std::uint32_t>(output.size()));
}

void take_body(Body& body) {
  const std::int64_t length = imports::host_body_len();
  if (length < 0) return;
  body.present = true;
  if (length == 0) return;
  body.bytes = static_cast<char*>(::operator new(static_cast<std::size_t>(length)));
  const std::int32_t count =
      imports::host_body_read(body.bytes, static_cast<std::uint32_t>(length));
  body.size = count < 0 ? 0 : static_cast<std::size_t>(count);
}

void give_body(const Body& body) {
  if (body.present) {
    imports::host_body_set(body.bytes, static_cast<std::uint32_t>(body.size));
  } else {
    imports::host_body_clear();
  }
}

void begin(Call::Phase phase, char* input, std::uint32_t size) {
  current.phase = phase;
  current.input = {input, size};
  current.request = {};
  current.response = {};
  current.response.status = 200;
}

void end() {
  release(const_cast<char*>(current.input.data()));
  current.input = {};
  current.request.body.clear();
  current.response.body.clear();
  current.arena.reset();
  current.phase = Call::Phase::kNone;
}

std::int32_t answer_500() {
  constexpr std::string_view kBody = R"({"error":"internal plugin error"})";
  imports::host_body_set(kBody.data(), static_cast<std::uint32_t>(kBody.size()));
  set_output(R"({"status":500,"headers":{}})");
  end();
  return 1;
}

/// The input with its envelope around it, written where `alloc` left room.
std::string_view enclosed_input() {
  char* input = const_cast<char*>(current.input.data());
  std::memcpy(input - kContinue.size(), kContinue.data(), kContinue.size());
  input[current.input.size()] = '}';
  return {input - kContinue.size(), current.input.size() + kContinue.size() + 1};
}

}  // namespace

[[clang::no_destroy]] constinit Call current;

void* alloc(std::uint32_t size) {
  auto* memory = static_cast<char*>(std::malloc(std::size_t{size} + kRoomBefore + 1));
  return memory == nullptr ? nullptr : memory + kRoomBefore;
}

void release(void* memory) {
  if (memory != nullptr) std::free(static_cast<char*>(memory) - kRoomBefore);
}

bool begin_request(char* input, std::uint32_t size, Caller caller) {
  const bool dispatches = caller == Caller::kDispatcher;
  begin(dispatches ? Call::Phase::kDispatch : Call::Phase::kRequest, input, size);
  current.state.clear();
  if (!parse_request(current.input, current.arena, current.request)) {
    if (dispatches) {
      answer_500();
    } else {
      end();
    }
    return false;
  }
  take_body(current.request.body);
  return true;
}

std::int32_t end_request(Action action) {
  std::int32_t result = 1;
  std::string output;
  if (action.kind() == Action::Kind::kProceed) {
    give_body(current.request.body);
    if (current.request.changed) {
      output.reserve(current.input.size() + 256);
      output.append(kContinue);
      write_request(output, current.request);
      output.push_back('}');
      set_output(output);
    } else {
      set_output(enclosed_input());
    }
    result = 0;
  } else if (action.kind() == Action::Kind::kRespond) {
    give_body(current.response.body);
    output.append(kRespond);
    write_response(output, current.response);
    output.push_back('}');
    set_output(output);
  }
  end();  // a failure has no output: the gateway answers 500
  return result;
}

std::int32_t end_dispatch(Action action) {
  if (action.kind() != Action::Kind::kRespond) return answer_500();
  give_body(current.response.body);
  std::string output;
  write_response(output, current.response);
  set_output(output);
  end();
  return 0;
}

bool begin_response(char* input, std::uint32_t size) {
  begin(Call::Phase::kResponse, input, size);
  if (!parse_response(current.input, current.arena, current.response)) {
    end();
    return false;
  }
  take_body(current.response.body);
  return true;
}

std::int32_t end_response() {
  give_body(current.response.body);
  if (current.response.changed) {
    std::string output;
    output.reserve(current.input.size() + 256);
    write_response(output, current.response);
    set_output(output);
  } else {
    set_output(current.input);
  }
  end();
  current.state.clear();
  return 0;
}

// --- what a message consists of
// -------------------------------------------------------------------

Line* Lines::find(std::string_view name) const {
  for (Line& line : *this) {
    if (equal_ignoring_case(line.name, name)) return &line;
  }
  return nullptr;
}

void Lines::add(detail::Arena& arena, std::string_view name, std::string_view value) {
  if (count == capacity) {
    const std::uint32_t more = capacity == 0 ? 16 : capacity * 2;
    auto* larger = static_cast<Line*>(arena.take(more * sizeof(Line), alignof(Line)));
    if (count > 0) std::memcpy(static_cast<void*>(larger), items, count * sizeof(Line));
    items = larger;
    capacity = more;
  }
  items[count++] = {name, value};
}

std::uint32_t Lines::remove(std::string_view name) {
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!equal_ignoring_case(items[i].name, name)) items[kept++] = items[i];
  }
  const std::uint32_t removed = count - kept;
  count = kept;
  return removed;
}

void Body::assign(std::string_view text) {
  char* copy = text.empty() ? nullptr : static_cast<char*>(::operator new(text.size()));
  if (!text.empty()) std::memcpy(copy, text.data(), text.size());
  clear();
  bytes = copy;
  size = text.size();
  present = true;
}

void Body::clear() {
  ::operator delete(bytes);
  *this = {};
}

}  // namespace barbacane::plugin::json_abi
