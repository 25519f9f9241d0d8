// The first lines of each source, and a hash over many more, as every compiler and every optimisation must
// give them. A change here changes what people have recorded: say so in the release notes.
#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

#include "sensor_gen/lab.h"
#include "sensor_gen/preparation.h"
#include "sensor_gen/weather.h"

using namespace mini::sensor_gen;

namespace {

const Instant noon = std::chrono::sys_days(std::chrono::year(2026) / 7 / 1) + std::chrono::hours(12);

struct Stream {
  std::string first;
  std::uint64_t hash = 0xCBF29CE484222325;  // FNV-1a of all, each ended by a line feed
};

Stream stream(EventSource& source, int turns) {
  Stream all;
  for (int i = 0; i < turns && !source.exhausted(); ++i) {
    const auto event = source.next(noon + std::chrono::seconds(i));
    if (!event) continue;
    if (all.first.empty()) all.first = event->value;
    for (const char c : event->value + "\n")
      all.hash = (all.hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  }
  return all;
}

UciTable sample_prepared(const Preparation& preparation) {
  std::ifstream in(UCI_SAMPLE, std::ios::binary);
  auto table = std::get<UciTable>(parse_uci(std::string{std::istreambuf_iterator<char>(in), {}}));
  prepare(table, preparation);
  return table;
}

}  // namespace

TEST_CASE("weather") {
  WeatherSource source({.seed = 42, .sensors = 20, .anomalies = {}});
  const Stream all = stream(source, 20'000);
  CHECK(all.first ==
        R"_({"timestamp": "2026-07-01T14:00:00.000+02:00", "sensor_id": "ws_cairo_001", )_"
        R"_("sensor_type": "weather_station", "value": {"temperature": 26.84, "humidity": 44.24, )_"
        R"_("pressure": 1010.21, "wind_speed": 13.69, "wind_direction": "W", "rainfall": 0.0}, )_"
        R"_("unit": "C/%/hPa", "metadata": {"city": "Cairo", "region": "Greater Cairo", )_"
        R"_("country": "Egypt", "lat": 30.004, "lon": 31.2531, "altitude": 23}, "status": "OK", )_"
        R"_("is_simulated": true, "seq": 1, "firmware_version": "2.1.0", "sensor_model": "WS-500", )_"
        R"_("manufacturer": "mini-broker", "signal_strength": -74, "reading_quality": 0.984, )_"
        R"_("event_type": "measurement"})_");
  CHECK(all.hash == 926656248210216173u);
}

TEST_CASE("lab") {
  LabSource source(42);
  const Stream all = stream(source, 20'000);
  CHECK(all.first ==
        R"_({"timestamp": "2026-07-01T12:00:00.000+00:00", "city": "Guangzhou", "temperature": 25.8})_");
  CHECK(all.hash == 177840851873664561u);
}

TEST_CASE("uci, every row, scaled and clipped") {
  UciSource rows(sample_prepared({}));
  CHECK(stream(rows, 40).hash == 12276638454348663532u);
  UciSource means(sample_prepared({.fill = Fill::mean, .clip = true}));
  CHECK(stream(means, 40).hash == 4225197555428338373u);
  UciSampler sampler(sample_prepared({.fill = Fill::mean, .normalize = true}), 42);
  const Stream all = stream(sampler, 20'000);
  CHECK(all.first ==
        R"_({"timestamp": "2026-07-01T12:00:00.000+00:00", "CO(GT)": 0.478261, "PT08.S1(CO)": 0.469388, )_"
        R"_("NMHC(GT)": 0.40625, "C6H6(GT)": 0.428571, "PT08.S2(NMHC)": 0.476868, "NOx(GT)": 0.491803, )_"
        R"_("PT08.S3(NOx)": 0.53112, "NO2(GT)": 0.46, "PT08.S4(NO2)": 0.51506, "PT08.S5(O3)": 0.50591, )_"
        R"_("T": 0.5, "RH": 0.514085, "AH": 0.490731})_");
  CHECK(all.hash == 14022172671353939961u);
}
