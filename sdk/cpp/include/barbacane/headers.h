#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Field lines of a message (RFC 9110, 5).
namespace barbacane::plugin {

struct Header {
  std::string_view name;  ///< in lower case
  std::string_view value;
};

/// A copy of all field lines of a message, in order; the views in it live as long as it.
/// Changing the message meanwhile does not change the copy.
class HeaderList {
 public:
  /// `packed` as the direct interface packs them: count, sizes, then names and values.
  HeaderList(std::unique_ptr<char[]> packed, std::size_t size)
      : packed_(std::move(packed)), count_(size < 4 ? 0 : word(0)) {}

  class Iterator {
   public:
    Header operator*() const {
      return {{text_, list_->word(1 + 2 * index_)},
              {text_ + list_->word(1 + 2 * index_), list_->word(2 + 2 * index_)}};
    }
    Iterator& operator++() {
      text_ += list_->word(1 + 2 * index_) + list_->word(2 + 2 * index_);
      ++index_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return index_ != other.index_; }

   private:
    friend class HeaderList;
    Iterator(const HeaderList* list, std::uint32_t index, const char* text)
        : list_(list), index_(index), text_(text) {}
    const HeaderList* list_;
    std::uint32_t index_;
    const char* text_;
  };

  Iterator begin() const { return {this, 0, packed_.get() + 4 + 8 * std::size_t{count_}}; }
  Iterator end() const { return {this, count_, nullptr}; }
  std::size_t size() const { return count_; }

 private:
  std::uint32_t word(std::uint32_t index) const {
    std::uint32_t value = 0;
    std::memcpy(&value, packed_.get() + std::size_t{4} * index, sizeof value);
    return value;
  }

  std::unique_ptr<char[]> packed_;
  std::uint32_t count_;
};

/// RFC 9110, 5.6.2.
constexpr bool is_token_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}
bool is_header_name(std::string_view name);
/// Nothing but visible characters, blanks and bytes beyond ASCII, and no blank at the ends.
bool is_header_value(std::string_view value);
/// What a config member that is a header name may be: for the rules of `Fields`.
std::string must_be_header_name(const std::string& name);
std::string must_be_header_value(const std::string& value);
/// The same for a whole map of headers (`Map<std::string>`).
std::string must_be_headers(const std::vector<std::pair<std::string, std::string>>& headers);

/// Headers of one connection, which nobody passes on (RFC 9110, 7.6.1).
bool is_hop_by_hop(std::string_view lower_case_name);

/// What stands between two lines of one name when they become one (RFC 9110, 5.3).
constexpr std::string_view joint_of(std::string_view lower_case_name) {
  return lower_case_name == "cookie" ? "; " : lower_case_name == "set-cookie" ? "\n" : ", ";
}

}  // namespace barbacane::plugin
