#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "gateway/dispatchers/preferences.h"
#include "validation/media_type.h"

/// What an operation's spec says it answers, prepared by the compiler for `mock` with `from_spec`
/// (plugins contract, 2.1; compiler contract, 7.3).
///
/// Made when the artifact is loaded, immutable from then on. Choosing allocates nothing but what a
/// client's `Accept` costs where there are several media types to choose from.
namespace barbacane::gateway {

/// Texts that many operations share, kept once.
class MockTexts {
 public:
  std::string_view keep(std::string_view text) { return *texts_.emplace(text).first; }

 private:
  std::unordered_set<std::string> texts_;
};

class MockAnswers {
 public:
  /// `json` is the `mock` member of an operation in `routes.json`; null for no answers. Answers of
  /// one artifact share `texts` and keep them alive.
  static base::Result<std::shared_ptr<const MockAnswers>> parse(
      std::string_view json, const std::shared_ptr<MockTexts>& texts);

  struct Answer {
    std::string_view content_type;  ///< empty when the response has no content
    std::string_view name;          ///< of the example; empty when it has none
    std::string_view body;
  };
  struct Choice {
    int status = 200;
    const Answer* answer = nullptr;  ///< null when nothing is declared
    bool honoured_code = false;
    bool honoured_example = false;
  };
  /// Without a wish: the lowest status of success, else the lowest of all, and its first example.
  /// A wish that cannot be met counts as none.
  Choice choose(const Preferences& wish, std::string_view accept) const;

 private:
  /// One key of the operation's `responses`: a status, a range such as `4XX`, or `default`.
  struct Declared {
    int first = 200, last = 599;
    int status = 200;  ///< when nobody asks for another
    std::vector<Answer> answers;
    std::vector<std::string> types;  ///< distinct, in the order of the answers
    std::optional<validation::MediaTypeTable> table;

    std::string_view preferred_type(std::string_view accept) const;
  };

  void add(Declared declared);
  void find_usual();
  const Declared* find(int code) const;
  const Declared& usual() const { return declared_[usual_]; }

  std::shared_ptr<const MockTexts> texts_;
  std::vector<Declared> declared_;  ///< single statuses, then ranges, then `default`
  std::size_t usual_ = 0;           ///< the one that answers without a wish
};

}  // namespace barbacane::gateway
