#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "compiler/detail/spec_unit.h"
#include "spec/document.h"

/// Where the stages put what they find.
///
/// `compile` and `validate` find the same faults and word some of them differently (compiler
/// contract, 4.1; CLI contract, section 5); the purpose of the run decides here, so that the stages
/// need not. Every finding belongs to a unit, the spec it is reported for.
namespace barbacane::compiler {

enum class Purpose { kCompile, kValidate };

/// Where in a spec a finding belongs: its root, or one operation.
struct Site {
  std::size_t unit = 0;
  spec::NodeRef node;                          ///< the root or the operation object
  const spec::Operation* operation = nullptr;  ///< null at the root
  std::string words;                           ///< `{file}` or `{loc}`: for messages
  std::string location;                        ///< for `Diagnostic::location`
};

/// Where the member's key stands; the object when there is no such member.
base::SourcePlace key_place(spec::NodeRef object, std::string_view key);
/// Where the member's value stands when it is a scalar, else its key.
base::SourcePlace member_place(spec::NodeRef object, std::string_view key);
base::SourcePlace place_of(const PluginMention& mention);

class Report {
 public:
  explicit Report(Purpose purpose) : purpose_(purpose) {}

  Purpose purpose() const { return purpose_; }

  Site root(const SpecUnit& unit) const;
  Site operation(const SpecUnit& unit, const spec::Operation& operation) const;

  void add(std::size_t unit, base::Diagnostic diagnostic);
  void error(const Site& site, std::string_view code, std::string message, base::SourcePlace place,
             std::string hint = {});
  void warning(const Site& site, std::string_view code, std::string message,
               base::SourcePlace place, std::string hint = {});
  /// An error whose message ends with the site where the location is not printed beside it.
  void fault(const Site& site, std::string_view code, std::string message, base::SourcePlace place,
             std::string hint = {});
  /// The same as E1004.
  void structural(const Site& site, std::string_view message, base::SourcePlace place,
                  std::string hint = {});

  /// Orders what the stage found by unit and position; true when nothing found so far is an error.
  bool end_stage();
  bool failed(std::size_t unit) const;

  /// Warnings by (location, code, message), then errors in the order of the stages.
  std::vector<base::Diagnostic> take();
  /// The same for one unit.
  std::vector<base::Diagnostic> take(std::size_t unit);

 private:
  struct Entry {
    std::size_t unit;
    std::size_t number;  ///< in the order of adding
    base::Diagnostic diagnostic;
  };
  Purpose purpose_;
  std::vector<Entry> entries_;
  std::size_t stage_begin_ = 0;
};

/// ", " between the words, each in quotes: what a hint lists.
std::string quoted_list(const std::vector<std::string_view>& words);

/// "did you mean 'x'?" for a near miss, else `otherwise`.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates,
                         std::string otherwise);

}  // namespace barbacane::compiler
