#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace barbacane::schema::detail {

/// A pattern in RE2: time linear in the text, memory bounded. Safe to use from any thread.
class Re2Pattern {
 public:
  /// Nothing when RE2 does not take it, be it for its size or for what it does not know.
  static std::unique_ptr<const Re2Pattern> compile(const std::string& syntax);
  ~Re2Pattern();

  bool match(std::string_view text) const;

 private:
  explicit Re2Pattern(std::unique_ptr<const re2::RE2> engine);
  std::unique_ptr<const re2::RE2> engine_;
};

}  // namespace barbacane::schema::detail
