#include "sensor_gen/lab.h"

#include <array>

#include "sensor_gen/json_writer.h"

namespace mini::sensor_gen {
namespace {

constexpr std::array<std::string_view, 3> lab_cities{"Toronto", "Guangzhou", "Fuzhou"};
constexpr std::int64_t coldest = 180, warmest = 320;  // 0.1 C

}  // namespace

std::optional<Event> LabSource::next(Instant when) {
  const auto city = static_cast<std::size_t>(random_.between(0, lab_cities.size() - 1));
  Event event;
  event.key = lab_cities[city];
  JsonWriter json(event.value);
  json.text("timestamp", iso8601(when, std::chrono::minutes(0)));
  json.text("city", lab_cities[city]);
  json.decimal("temperature", random_.between(coldest, warmest), 1);
  json.close();
  event.line = event.value;
  return event;
}

}  // namespace mini::sensor_gen
