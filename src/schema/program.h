#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/json.h"
#include "schema/pattern.h"

/// Schemas made ready to run.
///
/// A `Program` holds any number of schemas, compiled together (`program_builder.h`) so that what
/// they share is there once. `run` gives a verdict and nothing else, as fast as can be: no
/// allocation once the scratch has grown, no exception, bounded depth. When the verdict is not
/// good, `explain` runs the same schema again and says why. Both walk the same program; there is
/// one implementation of each keyword.
///
/// Immutable and shared by all workers; each brings its own `Scratch`.
namespace barbacane::schema {

/// One schema of a program.
enum class SchemaId : std::uint32_t {};

enum class Verdict : std::uint8_t {
  kValid,
  kInvalid,
  /// Refuse: a pattern's match limit, the depth guard or the budget of steps is spent, or the
  /// verdict depends on the content of an opaque string.
  kLimit,
};

/// Memory a run needs beyond the stack; one per thread, reused.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(Scratch&&) noexcept;
  Scratch& operator=(Scratch&&) noexcept;

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// One reason why a value is not valid.
struct Failure {
  std::string instance;      ///< JSON Pointer into the value, empty for the value itself
  std::string_view keyword;  ///< `minimum`; empty for the schema `false`
  std::string schema;        ///< where the keyword stands: `URI#/pointer`, as given to the builder
  std::string sentence;      ///< `must be at least 1, but is 0`; never holds more than 60 bytes
                             ///< of the value
  std::string expected;      ///< `at least 1`; may be empty
};

/// What the strings of a value were when they were sent: of text that stands for a value it says
/// nothing that it is a string.
enum class Origin : std::uint8_t {
  kJson,  ///< `must be an integer, but is a string`
  kText,  ///< `must be an integer, but is 'abc'`, or `but is empty`
};

/// JSON types as a set.
struct TypeSet {
  enum Type : std::uint8_t {
    kNull = 1,
    kBoolean = 2,
    kInteger = 4,   ///< numbers without a fraction
    kFraction = 8,  ///< other numbers
    kNumber = kInteger | kFraction,
    kString = 16,
    kArray = 32,
    kObject = 64,
    kAll = 127,
  };
  std::uint8_t bits = kAll;
  bool has(Type type) const { return (bits & type) != 0; }
};

/// What a value for a schema looks like from outside, as far as that can be told without one:
/// looked up through `$ref`, `allOf`, `anyOf` and `oneOf`. For turning text into values.
struct Shape {
  TypeSet types;                  ///< those some value could have
  bool typed = false;             ///< by `type`, `enum` or `const`, in every branch
  bool numeric_keywords = false;  ///< `minimum`, `multipleOf`, …
  struct Property {
    std::string name;
    SchemaId schema;
  };
  std::vector<Property> properties;  ///< the first schema found for each name, sorted by name
  /// Applies to every member whose name the pattern matches, declared or not.
  struct PatternProperty {
    const Pattern* pattern;  ///< the program's
    SchemaId schema;
  };
  std::vector<PatternProperty> patterns;
  std::vector<std::string> required;
  std::vector<SchemaId> prefix_items;
  std::optional<SchemaId> items;  ///< of elements behind `prefix_items`
  /// Of members that are neither declared nor known to a pattern, when a schema other than `false`.
  std::optional<SchemaId> additional;
  bool open = true;  ///< such members may be there
};

class Program {
 public:
  Program(Program&&) noexcept;
  Program& operator=(Program&&) noexcept;
  ~Program();

  Verdict run(SchemaId schema, Value value, Scratch& scratch) const;

  /// Every reason, at most `limit` of them, in the order of the value. Of `anyOf` and `oneOf` the
  /// branch that was meant is explained: the one `discriminator` names, else the one whose type and
  /// constants fit, else all in one sentence. Empty when the value is valid.
  std::vector<Failure> explain(SchemaId schema, Value value, Scratch& scratch,
                               std::size_t limit = 100, Origin origin = Origin::kJson) const;

  Shape shape(SchemaId schema) const;

  /// Bytes held, roughly, for benchmarks.
  std::size_t footprint() const;

  struct Impl;
  explicit Program(std::unique_ptr<const Impl> impl);

 private:
  std::unique_ptr<const Impl> impl_;
};

}  // namespace barbacane::schema
