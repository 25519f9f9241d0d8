#include "sensor_gen/source.h"

#include <doctest/doctest.h>

using namespace mini::sensor_gen;

namespace {

std::string first_of(const Options& options) {
  auto source = open_source(options);
  if (const auto* problem = std::get_if<std::string>(&source)) return *problem;
  return std::get<std::unique_ptr<EventSource>>(source)->next(Instant{})->value;
}

}  // namespace

TEST_CASE("the options say which source it is") {
  Options options;
  CHECK(first_of(options).find("\"sensor_id\": \"ws_cairo_001\"") != std::string::npos);
  options.source = SourceKind::lab;
  CHECK(first_of(options).find("\"city\": ") != std::string::npos);
  options.source = SourceKind::uci;
  options.uci.dataset = UCI_SAMPLE;
  CHECK(first_of(options).find(R"_({"Timestamp": "2031-05-03 05:00:00", "CO(GT)": 2.1, )_") ==
        0);  // from the row after
  options.uci.preparation.fill = Fill::none;
  CHECK(first_of(options).find(R"_({"Timestamp": "2031-05-03 05:00:00", "CO(GT)": null, )_") == 0);
  options.uci.sample = true;
  CHECK(first_of(options).find(R"_({"timestamp": "1970-01-01T00:00:00.000+00:00", )_") == 0);
}

TEST_CASE("a data set that cannot be read is one sentence with its name") {
  Options options;
  options.source = SourceKind::uci;
  options.uci.dataset = "/no/such/file.csv";
  CHECK(first_of(options) == "Cannot read /no/such/file.csv (--dataset): No such file or directory.");
  options.uci.dataset = "/tmp";
  CHECK(first_of(options) == "Cannot read /tmp (--dataset): Is a directory.");
}
