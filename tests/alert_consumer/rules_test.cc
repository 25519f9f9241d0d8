#include "alert_consumer/rules.h"

#include <doctest/doctest.h>

#include <limits>

using namespace mini::alerts;

TEST_CASE("each of the seven rules holds strictly beyond its threshold and not on it") {
  struct Row {
    std::string name, metric;
    double threshold, beyond, within;
    Severity severity;
  };
  const std::vector<Row> rows{
      {"HIGH_TEMP", "temperature", 40, 40.01, 39.99, Severity::critical},
      {"LOW_TEMP", "temperature", 0, -0.01, 0.01, Severity::warning},
      {"LOW_HUMIDITY", "humidity", 20, 19.99, 20.01, Severity::warning},
      {"HIGH_HUMIDITY", "humidity", 90, 90.01, 89.99, Severity::warning},
      {"HIGH_WIND", "wind_speed", 50, 50.01, 49.99, Severity::warning},
      {"LOW_PRESSURE", "pressure", 980, 979.99, 980.01, Severity::warning},
      {"HIGH_PRESSURE", "pressure", 1040, 1040.01, 1039.99, Severity::warning},
  };
  REQUIRE(default_rules().size() == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    const Rule& rule = default_rules()[i];
    CAPTURE(row.name);
    CHECK(rule.name == row.name);
    CHECK(rule.metric == row.metric);
    CHECK(rule.threshold == row.threshold);
    CHECK(rule.severity == row.severity);
    CHECK(meets(rule, row.beyond));
    CHECK_FALSE(meets(rule, row.threshold));
    CHECK_FALSE(meets(rule, row.within));
  }
}

TEST_CASE("each condition holds where its sign says") {
  struct Row {
    Condition condition;
    bool less, same, more;
  };
  for (const Row& row :
       {Row{Condition::above, false, false, true}, Row{Condition::below, true, false, false},
        Row{Condition::at_least, false, true, true}, Row{Condition::at_most, true, true, false},
        Row{Condition::equal, false, true, false}, Row{Condition::not_equal, true, false, true}}) {
    const Rule rule{"r", "m", row.condition, 5, Severity::info};
    CAPTURE(static_cast<int>(row.condition));
    CHECK(meets(rule, 4) == row.less);
    CHECK(meets(rule, 5) == row.same);
    CHECK(meets(rule, 6) == row.more);
  }
}

TEST_CASE("a reading without a rule's metric does not meet that rule, whatever its condition") {
  const std::vector<Rule> rules{{"a", "x", Condition::not_equal, 5, Severity::info},
                                {"b", "y", Condition::not_equal, 5, Severity::info}};
  const RuleSet set(rules);
  CHECK(set.metrics().size() == weather_metrics.size() + 2);
  ReadingParser parser(set.metrics());
  CHECK(set.judge(std::get<Reading>(parser.parse("{}"))).empty());
  const auto alerts = set.judge(std::get<Reading>(parser.parse(R"({"y": 4})")));
  REQUIRE(alerts.size() == 1);
  CHECK(alerts[0].type == "b");
  CHECK(alerts[0].message == "y 4 is not 5");
}

TEST_CASE("one reading may meet several rules; an alert says which value passed which threshold") {
  const RuleSet rules(default_rules());
  ReadingParser parser(rules.metrics());
  const auto alerts =
      rules.judge(std::get<Reading>(parser.parse(R"({"temperature": 43.1, "pressure": 975})")));
  REQUIRE(alerts.size() == 2);
  CHECK(alerts[0] ==
        Alert{"HIGH_TEMP", Severity::critical, "temperature", 43.1, 40, "temperature 43.1 is above 40"});
  CHECK(alerts[1] ==
        Alert{"LOW_PRESSURE", Severity::warning, "pressure", 975, 980, "pressure 975 is below 980"});
  CHECK(name_of(alerts[0].severity) == "CRITICAL");
  CHECK(name_of(alerts[1].severity) == "WARNING");
}
