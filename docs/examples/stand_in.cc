// Twenty readings through the stand-in, counted: stand_in. With MINI_BROKER=localhost:9092 over a broker
// outside.
#include <mini/stand_in.h>

#include <iostream>

using namespace std::chrono_literals;

int main() {
  const auto broker = mini::get_broker();
  broker->create_topic("sensor_data");
  for (int i = 0; i < 20; ++i)
    if (!broker->publish("sensor_data", {{"sensor_id", "ws_cairo_001"}, {"temperature", 22 + i}})) return 1;

  int processed = 0, alerts = 0;
  for (; processed < 20; ++processed) {
    const auto message = broker->consume("sensor_data", 10s);
    if (!message) return 1;
    if (message->at("temperature") > 37) ++alerts;
  }
  std::cout << "Messages processed: " << processed << "\nAlerts: " << alerts
            << "\nMessages pending in queue: " << broker->get_stats().at("sensor_data").messages_pending
            << '\n';
  broker->stop();
}
