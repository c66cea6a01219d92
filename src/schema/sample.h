#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schema/program.h"
#include "schema/program_builder.h"

/// Values made up for schemas: what a mock answers where nobody wrote an example, and what tests
/// send.
///
/// A sample is built top down: what authors wrote into the schema (`const`, `enum`, `example`,
/// `examples`, `default`) comes first, then readable values by type, format, pattern and bounds.
/// Building understands most of JSON Schema but need not understand all of it, because every sample
/// is run against the compiled schema before anybody sees it; where it fails, the reasons say which
/// parts to build differently, and it is built again. So a sample is valid, or there is none.
///
/// Deterministic: equal schemas give equal samples. Bounded in time and size, whatever the schema
/// says. Used by one thread. Errors are silent here: a schema that does not compile has no sample.
namespace barbacane::schema {

struct SampleOptions {
  enum class Properties : std::uint8_t {
    kTypical,   ///< optional ones too, while the sample is shallow and small
    kRequired,  ///< only what must be there
  } properties = Properties::kTypical;
  std::size_t max_bytes = std::size_t{64} << 10;
};

class Sampler {
 public:
  enum class Direction : std::uint8_t {
    kResponse,  ///< leaves out what is `writeOnly`, which need not be there
    kRequest,   ///< leaves out what is `readOnly`; the same (data-plane contract, 6.6)
  };

  explicit Sampler(Direction direction);
  ~Sampler();
  Sampler(Sampler&&) noexcept;
  Sampler& operator=(Sampler&&) noexcept;

  /// As in `ProgramBuilder`.
  void add(std::string uri, std::string json, Dialect dialect = Dialect::kDraft202012);
  void set_shared_table(std::string uri);

  /// Every schema that will be asked for, before the first question: they are compiled together.
  void want(std::string uri);

  /// Compact JSON text; nothing when none could be made.
  std::optional<std::string> sample(std::string_view uri, const SampleOptions& options = {});

  /// Why `json` is no value of a wanted schema: the first failures, empty when it is one, nothing
  /// when the schema does not compile.
  std::optional<std::vector<Failure>> check(std::string_view uri, std::string_view json);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace barbacane::schema
