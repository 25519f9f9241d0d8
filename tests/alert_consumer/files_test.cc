// What goes to files: CSV and JSON lines.
#include <doctest/doctest.h>

#include "alert_consumer/csv_sink.h"
#include "alert_consumer/jsonl_sink.h"
#include "tests/alert_consumer/readings.h"

using namespace mini::alerts;
using mini::test::Folder;

namespace {

AppendFile open(const std::string& path) {
  auto opened = AppendFile::open(path);
  if (auto* why = std::get_if<std::string>(&opened)) FAIL(*why);
  return std::move(std::get<AppendFile>(opened));
}

CsvSink csv(const Folder& folder, std::size_t rows_min = 10) {
  return {"r.csv", open(folder.file("r.csv")), rows_min};
}

void add(Sink& sink, const std::vector<std::string>& values) {
  std::vector<IncomingRecord> records;
  for (const std::string& value : values)
    records.push_back({0, static_cast<std::int64_t>(records.size()), {}, value});
  sink.add(mini::test::judge(records));
}

}  // namespace

TEST_CASE("rows are appended ten at a time, with one header, also by the next run") {
  Folder folder;
  {
    CsvSink sink = csv(folder);
    for (int i = 0; i < 9; ++i) add(sink, {R"({"a": )" + std::to_string(i) + R"(, "b": "x"})"});
    CHECK_FALSE(sink.flush(false));
    CHECK(sink.holds_back());
    CHECK(folder.text_of("r.csv") == "");
    add(sink, {R"({"b": "y", "a": 9})"});
    CHECK_FALSE(sink.flush(false));
    CHECK_FALSE(sink.holds_back());
    CHECK(sink.take_note() == "Saved 10 records with header\n");
    CHECK(folder.text_of("r.csv") == "a,b\n0,x\n1,x\n2,x\n3,x\n4,x\n5,x\n6,x\n7,x\n8,x\n9,y\n");
  }
  CsvSink sink = csv(folder);
  add(sink, {R"({"a": 10})"});
  CHECK_FALSE(sink.flush(true));  // nothing is held back at the end
  CHECK(sink.take_note() == "Saved 1 records\n");
  CHECK(folder.text_of("r.csv").ends_with("9,y\n10,\n"));
}

TEST_CASE("objects inside become columns, and no cell breaks its row or a spreadsheet") {
  Folder folder;
  CsvSink sink = csv(folder, 1);
  add(sink, {R"({"at": {"x": -1.5}, "text": "a,\"b\"\nc", "sum": "=1+1", "none": null, "list": [1, 2]})"});
  CHECK_FALSE(sink.flush(false));
  CHECK(folder.text_of("r.csv") == "at.x,text,sum,none,list\n-1.5,\"a,\"\"b\"\"\\nc\",'=1+1,,\"[1,2]\"\n");
}

TEST_CASE("value and metadata give columns of their own names, where these are free") {
  Folder folder;
  CsvSink sink = csv(folder, 1);
  add(sink,
      {R"({"value": {"t": 1, "seq": 2, "city": "a"}, "metadata": {"city": "b", "at": {"lat": 3}}, "seq": 4})"});
  CHECK_FALSE(sink.flush(false));
  CHECK(folder.text_of("r.csv") == "t,value.seq,city,metadata.city,at.lat,seq\n1,2,a,b,3,4\n");
}

TEST_CASE("a file with columns of something else is refused, and stays as it was") {
  const std::string theirs = "Timestamp,CO(GT),T\n2004-03-10,2.6,13.6\n";
  Folder folder;
  folder.write("r.csv", theirs);
  CsvSink sink = csv(folder);
  add(sink, {R"({"timestamp": "2026-07-01", "value": {"temperature": 1, "humidity": 2}})"});
  CHECK_FALSE(sink.flush(false));
  const auto refused = sink.flush(true);
  REQUIRE(refused);
  CHECK(refused->sentence == "r.csv has other columns than these readings; name another file with --csv");
  CHECK_FALSE(refused->retriable);
  CHECK(folder.text_of("r.csv") == theirs);
}

TEST_CASE("one odd reading among others does not make the file another table") {
  Folder folder;
  folder.write("r.csv", "a,b\n1,2\n");
  CsvSink sink = csv(folder, 1);
  add(sink, {R"({"x": 1, "y": 2})", R"({"a": 3, "b": 4})"});
  CHECK_FALSE(sink.flush(false));
  CHECK(folder.text_of("r.csv") == "a,b\n1,2\n,\n3,4\n");
}

TEST_CASE("a column that the header lacks is left out and told once") {
  Folder folder;
  CsvSink sink = csv(folder, 1);
  add(sink, {R"({"a": 1})", R"({"b": 2, "a": 3})", R"({"b": 4})", "{}"});
  CHECK_FALSE(sink.flush(false));
  CHECK(folder.text_of("r.csv") == "a\n1\n3\n\n");
  CHECK(sink.take_note() == "Saved 3 records with header\n");
  CHECK(sink.take_warning() == "Left out of r.csv: b, for which it has no column\n");
}

TEST_CASE("JSON lines are the readings as they came, one a line") {
  Folder folder;
  JsonlSink sink("r.jsonl", open(folder.file("r.jsonl")));
  add(sink, {"{\"a\":\n 1}", "no json", R"({"b": "\n"})"});
  CHECK_FALSE(sink.flush(false));
  CHECK(folder.text_of("r.jsonl") == "{\"a\":  1}\n{\"b\": \"\\n\"}\n");
}

TEST_CASE("a torn last line is cut at the next start, wherever it was torn") {
  const std::string whole = "a,b\n1,2\n", torn = "3,456";
  for (std::size_t cut = 0; cut <= torn.size(); ++cut) {
    CAPTURE(cut);
    Folder folder;
    folder.write("r.csv", whole + torn.substr(0, cut));
    CHECK(open(folder.file("r.csv")).cut_bytes() == cut);
    CHECK(folder.text_of("r.csv") == whole);
  }
  Folder folder;
  folder.write("r.csv", "a,");  // a header that was torn is written again
  CsvSink sink = csv(folder, 1);
  add(sink, {R"({"a": 1})"});
  CHECK_FALSE(sink.flush(false));
  CHECK(folder.text_of("r.csv") == "a\n1\n");
}

TEST_CASE("a torn line longer than what is read at once is cut too") {
  Folder folder;
  folder.write("r.jsonl", "{}\n" + std::string(300'000, 'x'));
  CHECK(open(folder.file("r.jsonl")).cut_bytes() == 300'000);
  CHECK(folder.text_of("r.jsonl") == "{}\n");
}

TEST_CASE("what cannot be opened or is no plain file says why") {
  CHECK(std::get<std::string>(AppendFile::open("/nonexistent/r.csv")) == "No such file or directory");
  CHECK(std::get<std::string>(AppendFile::open("/dev/null")) == "it is not a plain file");
}
