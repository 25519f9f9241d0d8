#include <doctest/doctest.h>

#include <unistd.h>
#include <cstdlib>

#include <filesystem>
#include <fstream>

#include "mini/config.h"
#include "mini/error.h"

using namespace mini;

namespace {

std::filesystem::path new_file(const std::string& text) {
  const auto path = std::filesystem::temp_directory_path() / ("mini-client-" + std::to_string(::getpid()));
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

}  // namespace

TEST_CASE("a configuration is read from a file of properties") {
  const auto path =
      new_file("# of another client\nmetadata.broker.list=a:1\nlinger.ms = 20\nkey.serializer=x\n");
  const Config config = Config::from_properties(path.string());
  std::filesystem::remove(path);
  CHECK(config.get("bootstrap.servers") == "a:1");
  CHECK(config.get("linger.ms") == "20");
  CHECK(config.unknown_keys().empty());
}

TEST_CASE("a file that is not there or is wrong is refused by name") {
  try {
    Config::from_properties("/nowhere/client.properties");
    FAIL("it is not there");
  } catch (const KafkaError& error) {
    CHECK(std::string(error.what()).find("/nowhere/client.properties") != std::string::npos);
  }
  const auto path = new_file("a=1\nb=\\uXYZ\n");
  try {
    Config::from_properties(path.string());
    FAIL("its second line is wrong");
  } catch (const KafkaError& error) {
    CHECK(std::string(error.what()).find(path.string() + ":2:") != std::string::npos);
  }
  std::filesystem::remove(path);
}

TEST_CASE("a configuration is read from the environment") {
  ::setenv("MINI_CLIENT_BOOTSTRAP_SERVERS", "b:2", 1);
  ::setenv("MINI_CLIENT_LINGER_MS", "7", 1);
  ::setenv("MINI_CLIENTS", "no setting", 1);
  ::setenv("OTHER_A__B___C", "d", 1);
  const Config config = Config::from_environment();
  CHECK(config.get("bootstrap.servers") == "b:2");
  CHECK(config.get("linger.ms") == "7");
  CHECK(config.unknown_keys().empty());
  CHECK(Config::from_environment("OTHER_").get("a_b-c") == "d");
}
