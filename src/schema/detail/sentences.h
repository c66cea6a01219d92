#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "schema/detail/code.h"
#include "schema/json.h"

/// The words of `explain`.
namespace barbacane::schema::detail {

/// No more of a client's value than 60 bytes goes into a sentence.
std::string shown(std::string_view text);
/// A value as it may be quoted: `'abc'`, `12`, `an object`.
std::string shown(Value value);

/// `a string`, `a number`.
std::string_view type_name(Kind kind);
/// `a string or null`.
std::string types_name(std::uint8_t types);
/// `'a', 'b', 3`; long lists end with how many more there are.
std::string choices(const Program::Impl& program, const Enum& values);
std::string choices(std::span<const std::string_view> names);
/// `3 elements`, `1 element`.
std::string counted(std::uint64_t count, std::string_view singular, std::string_view plural);

struct Words {
  std::string sentence;
  std::string expected;
};

/// For instructions whose failure says all there is to say.
Words words_for(const Program::Impl& program, const Instruction& in, Value value);
Words words_for_size(Keyword keyword, std::uint32_t bound, std::uint64_t size);

}  // namespace barbacane::schema::detail
