#pragma once

#include <string>
#include <vector>

#include "alert_consumer/batch.h"

// Readings for stories about what becomes of them.
namespace mini::test {

inline const alerts::Log log_1{"log-1", "readings"};

inline alerts::Batch judge(const std::vector<alerts::IncomingRecord>& records, alerts::UtcSeconds now = {},
                           const alerts::Log& log = log_1) {
  static const alerts::RuleSet rules(alerts::default_rules());
  return alerts::Judge(rules).evaluate(log, records, now);
}

// A reading as a parser of the default rules' metrics would make it.
inline alerts::Reading reading_with(const std::string& metric, double value) {
  static const alerts::RuleSet rules(alerts::default_rules());
  const std::string json = "{\"" + metric + "\": " + alerts::shortest(value) + "}";
  return std::get<alerts::Reading>(alerts::ReadingParser(rules.metrics()).parse(json));
}

// A folder that goes away with its files.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string file(const std::string& name) const { return path_ + "/" + name; }
  std::string text_of(const std::string& name) const;  // "" where there is no such file
  void write(const std::string& name, const std::string& text) const;

  // All rows of a question to a database: fields joined by '|', rows by a line end.
  std::string ask(const std::string& sql, const std::string& name = "alerts.db") const;

 private:
  std::string path_;
};

}  // namespace mini::test
