#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <barbacane/config.h>
#include <barbacane/headers.h>
#include <barbacane/text.h>

/// What the two transformers do to headers: remove, then rename, set where absent, and add in place
/// of what is there (plugins contract, 3.13 and 3.14).
namespace transform {

using namespace barbacane::plugin;

inline std::string must_have_header_names(const Map<std::string>& headers) {
  for (const auto& [name, value] : headers) {
    if (!is_header_name(name)) return concat("has a member '", name, "', which is no header name");
  }
  return {};
}

struct HeaderChanges {
  std::vector<std::string> remove;
  Map<std::string> rename, set, add;

  void bind(Fields& fields) {
    fields.optional("remove", remove, each(must_be_header_name));
    fields.optional("rename", rename, must_have_header_names, each(must_be_header_name));
    fields.optional("set", set, must_have_header_names);
    fields.optional("add", add, must_have_header_names);
    // Lines are joined by name, which some interfaces want in lower case.
    for (std::string& name : remove) name = lower(name);
    for (auto& [from, to] : rename) {
      from = lower(from);
      to = lower(to);
    }
  }
};

/// The value without what no header may hold. A value that the gateway refused would leave in place
/// what the client sent under that name.
inline std::string made_header_value(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte >= 0x20 && byte != 0x7F) || c == '\t') out.push_back(c);
  }
  return std::string(trim(out));
}

/// `value_of(text)` is what a value of the config stands for.
template <class Message, class ValueOf>
void apply(const HeaderChanges& changes, Message& message, ValueOf value_of) {
  for (const std::string& name : changes.remove) message.remove_header(name);
  for (const auto& [from, to] : changes.rename) {
    if (from == to || !message.has_header(from)) continue;
    std::vector<std::string> lines;
    for (std::uint32_t i = 0;; ++i) {
      const Value line = message.header(from, i);
      if (!line) break;
      lines.push_back(line.str());
    }
    message.remove_header(from);
    message.remove_header(to);
    for (const std::string& line : lines) message.add_header(to, line);
  }
  for (const auto& [name, value] : changes.set) {
    if (!message.has_header(name)) message.set_header(name, made_header_value(value_of(value)));
  }
  for (const auto& [name, value] : changes.add) {
    message.set_header(name, made_header_value(value_of(value)));
  }
}

}  // namespace transform
