#include "gateway/dispatchers/mock_answers.h"

#include <algorithm>
#include <tuple>

#include <simdjson.h>

namespace barbacane::gateway {
namespace {

using simdjson::dom::element;

struct Codes {
  int first, last;
};

/// `404`, `4XX` or `default`; nothing for statuses that cannot be a final answer.
std::optional<Codes> codes_of(std::string_view key) {
  if (key == "default") return Codes{200, 599};
  if (key.size() != 3 || key[0] < '2' || key[0] > '5') return std::nullopt;
  const int hundreds = (key[0] - '0') * 100;
  const std::string_view rest = key.substr(1);
  if (rest == "XX" || rest == "xx") return Codes{hundreds, hundreds + 99};
  if (rest[0] < '0' || rest[0] > '9' || rest[1] < '0' || rest[1] > '9') return std::nullopt;
  const int code = hundreds + (rest[0] - '0') * 10 + (rest[1] - '0');
  return Codes{code, code};
}

base::Result<std::string_view> text_at(element answer, std::string_view key, MockTexts& texts) {
  element value;
  if (answer[key].get(value) != simdjson::SUCCESS || value.is_null()) return std::string_view();
  std::string_view text;
  if (value.get(text) != simdjson::SUCCESS) {
    return base::fail("'" + std::string(key) + "' of a prepared answer must be a string");
  }
  return texts.keep(text);
}

base::Result<MockAnswers::Answer> read_answer(element source, MockTexts& texts) {
  MockAnswers::Answer answer;
  for (const auto& [key, target] :
       {std::pair("content_type", &answer.content_type), std::pair("name", &answer.name),
        std::pair("body", &answer.body)}) {
    auto text = text_at(source, key, texts);
    if (!text) return std::unexpected(text.error());
    *target = *text;
  }
  return answer;
}

}  // namespace

base::Result<std::shared_ptr<const MockAnswers>> MockAnswers::parse(
    std::string_view json, const std::shared_ptr<MockTexts>& texts) {
  if (json.empty() || json == "null") return nullptr;
  simdjson::dom::parser parser;
  simdjson::dom::object statuses;
  if (parser.parse(json.data(), json.size()).get(statuses) != simdjson::SUCCESS) {
    return base::fail("the prepared answers must be an object");
  }
  auto all = std::make_shared<MockAnswers>();
  all->texts_ = texts;
  for (const auto& [key, list] : statuses) {
    const auto codes = codes_of(key);
    simdjson::dom::array answers;
    if (!codes) continue;
    if (list.get(answers) != simdjson::SUCCESS) {
      return base::fail("the prepared answers of a status must be a list");
    }
    Declared declared;
    declared.first = declared.status = codes->first;
    declared.last = codes->last;
    for (element source : answers) {
      auto answer = read_answer(source, *texts);
      if (!answer) return std::unexpected(answer.error());
      declared.answers.push_back(*answer);
    }
    if (!declared.answers.empty()) all->add(std::move(declared));
  }
  all->find_usual();
  return all;
}

void MockAnswers::add(Declared declared) {
  for (const Answer& answer : declared.answers) {
    if (std::ranges::find(declared.types, answer.content_type) == declared.types.end()) {
      declared.types.emplace_back(answer.content_type);
    }
  }
  if (declared.types.size() > 1) declared.table.emplace(declared.types);
  declared_.push_back(std::move(declared));
}

void MockAnswers::find_usual() {
  std::ranges::sort(declared_, {}, [](const Declared& declared) {
    return std::tuple(declared.last - declared.first, declared.first);
  });
  // `default` is an error's description beside a success, and a success where there is no other.
  const auto is_success = [](const Declared& declared) { return declared.status < 300; };
  auto usual = std::ranges::find_if(declared_, is_success);
  if (usual == declared_.end()) usual = std::ranges::min_element(declared_, {}, &Declared::status);
  if (usual != declared_.end()) usual_ = static_cast<std::size_t>(usual - declared_.begin());
}

const MockAnswers::Declared* MockAnswers::find(int code) const {
  const auto found = std::ranges::find_if(declared_, [&](const Declared& declared) {
    return declared.first <= code && code <= declared.last;
  });
  return found == declared_.end() ? nullptr : &*found;
}

std::string_view MockAnswers::Declared::preferred_type(std::string_view accept) const {
  if (!table) return answers.front().content_type;
  auto index = table->negotiate(accept);
  // What the client does not want is still better than nothing (RFC 9110, 12.5.1).
  if (!index) index = table->negotiate({});
  return index ? std::string_view(types[*index]) : answers.front().content_type;
}

MockAnswers::Choice MockAnswers::choose(const Preferences& wish, std::string_view accept) const {
  Choice choice;
  const Declared* declared = nullptr;
  if (wish.code) declared = find(*wish.code);
  choice.honoured_code = declared != nullptr;
  if (declared == nullptr) {
    if (declared_.empty()) return choice;
    declared = &usual();
  }
  choice.status = choice.honoured_code ? *wish.code : declared->status;
  const std::string_view type = declared->preferred_type(accept);
  const auto is_named = [&](const Answer& answer) {
    return wish.example && !answer.name.empty() && is_word(*wish.example, answer.name);
  };
  for (const Answer& answer : declared->answers) {
    if (answer.content_type != type) continue;
    if (is_named(answer)) {
      choice.answer = &answer;
      choice.honoured_example = true;
      return choice;
    }
    if (choice.answer == nullptr) choice.answer = &answer;
  }
  if (!wish.example || !accept.empty()) return choice;
  // Somebody who names an example and no media type means the example.
  const auto named = std::ranges::find_if(declared->answers, is_named);
  if (named == declared->answers.end()) return choice;
  choice.answer = &*named;
  choice.honoured_example = true;
  return choice;
}

}  // namespace barbacane::gateway
