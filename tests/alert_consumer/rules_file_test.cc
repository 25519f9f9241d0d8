#include "alert_consumer/rules_file.h"

#include <doctest/doctest.h>

#include "tests/alert_consumer/readings.h"

using namespace mini::alerts;

namespace {

std::string mistakes_of(std::string_view text) {
  const auto parsed = parse_rules(text);
  std::string all;
  if (const auto* mistakes = std::get_if<std::vector<Mistake>>(&parsed))
    for (const Mistake& mistake : *mistakes)
      all += std::to_string(mistake.line) + ": " + mistake.sentence + "\n";
  return all;
}

}  // namespace

TEST_CASE("rules are a list, or the list `rules` of an object") {
  const std::vector<Rule> expected{{"FROST", "temperature", Condition::below, 0, Severity::warning},
                                   {"CO", "CO(GT)", Condition::at_least, 2.5, Severity::critical}};
  const std::string list = R"_([
    {"name": "FROST", "metric": "temperature", "condition": "<", "threshold": 0, "severity": "warning"},
    {"severity": "CRITICAL", "threshold": 2.5, "condition": ">=", "metric": "CO(GT)", "name": "CO"}
  ])_";
  for (const std::string& text : {list, R"({"comment": "mine", "rules": )" + list + "}"}) {
    const auto parsed = parse_rules(text);
    REQUIRE(std::holds_alternative<std::vector<Rule>>(parsed));
    CHECK(std::get<std::vector<Rule>>(parsed) == expected);
  }
}

TEST_CASE("every mistake is a sentence with its line") {
  const std::string text = R"([
  {"name": "A", "metric": "temperature", "condition": "=>", "threshold": 1, "severity": "INFO"},
  {"name": "A", "metric": "", "condition": ">",
   "threshold": "40",
   "severity": "CRITCAL"},
  {"nmae": "B", "metric": "humidity",
   "condition": "!=", "threshold": 1, "severity": "INFO", "threshold": 2},
  7
])";
  CHECK(mistakes_of(text) ==
        "2: 'condition' has to be one of > < >= <= == !=, not '=>'.\n"
        "3: a rule named 'A' stands above; each needs a name of its own.\n"
        "3: 'metric' has to be a text that is not empty.\n"
        "4: 'threshold' has to be a number, not '40'.\n"
        "5: 'severity' has to be INFO, WARNING or CRITICAL, not 'CRITCAL' (did you mean 'CRITICAL'?).\n"
        "6: a rule has no field 'nmae' (did you mean 'name'?).\n"
        "6: this rule has no 'name'.\n"
        "7: 'threshold' stands twice in this rule.\n"
        "8: a rule is an object: {\"name\": ..., ...}.\n");
}

TEST_CASE("what is no list of rules says where it stops being one") {
  CHECK(mistakes_of("") == "1: this is not JSON: the text ends too early.\n");
  CHECK(mistakes_of("[\n{\"name\": \"A\",\n}]").substr(0, 3) == "3: ");
  CHECK(mistakes_of("\n{}") == "2: a list of rules is needed here: [{\"name\": ..., ...}, ...].\n");
  CHECK(mistakes_of("[]") == "1: there is no rule in the list.\n");
  CHECK(mistakes_of(std::string(100'000, '[')) == "1: this is not JSON: it is nested too deeply.\n");
}

TEST_CASE("what is no JSON says what is wrong with it, not with what comes after") {
  struct Row {
    std::string text, sentence;
  };
  for (const Row& row :
       {Row{"{", "1: this is not JSON: the text ends too early.\n"},
        Row{"[{\"name\": \"A\",\n", "1: this is not JSON: the text ends too early.\n"},
        Row{"[1,\n]", "2: this is not JSON: the comma before ']' is one too many.\n"},
        Row{"[{\"a\": 1, }]", "1: this is not JSON: the comma before '}' is one too many.\n"},
        Row{"[}", "1: this is not JSON: '}' does not belong here.\n"},
        Row{"[{name: 1}]", "1: this is not JSON: 'na' does not belong here.\n"},
        Row{"[x]", "1: this is not JSON: 'x' does not belong here.\n"},
        Row{"[7 8]", "1: this is not JSON: '8' does not belong here.\n"},
        Row{"[\n tru]", "2: this is not JSON: 'tru' does not belong here.\n"},
        Row{"[\n1e999]", "2: this is not JSON: '1e999' is too large a number.\n"},
        Row{"[\"abc", "1: this is not JSON: a text has no closing quote.\n"}}) {
    CAPTURE(row.text);
    CHECK(mistakes_of(row.text) == row.sentence);
  }
}

TEST_CASE("a file's mistakes begin with its name and line") {
  mini::test::Folder folder;
  folder.write("rules.json", "[\n 7]");
  const auto loaded = load_rules(folder.file("rules.json"));
  REQUIRE(std::holds_alternative<std::string>(loaded));
  CHECK(std::get<std::string>(loaded) ==
        folder.file("rules.json") + ":2: a rule is an object: {\"name\": ..., ...}.\n");
  CHECK(std::get<std::string>(load_rules("/nonexistent")) ==
        "alert-consumer: Cannot read /nonexistent (--rules): No such file or directory.\n");
  CHECK(std::get<std::string>(load_rules("/")) ==
        "alert-consumer: Cannot read / (--rules): Is a directory.\n");
}
