#include "broker/server/options.h"

#include <doctest/doctest.h>

#include "tests/broker/server/temporary_folder.h"

namespace mini::broker {
namespace {

ParsedOptions parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "mini-broker");
  return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

GatheredConfig gather(const std::vector<const char*>& arguments, std::vector<const char*> environment = {}) {
  environment.push_back(nullptr);
  return gather_config(parse(arguments).options, environment.data());
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

}  // namespace

TEST_CASE("nothing said: nothing asked for, and the program goes on") {
  const ParsedOptions parsed = parse({});
  CHECK_FALSE(parsed.exit_code);
  CHECK(parsed.options.properties_file.empty());
  CHECK(parsed.options.listen.empty());
  CHECK(parsed.options.log_level == "info");
}

TEST_CASE("every flag is understood, in both of its spellings") {
  const ParsedOptions parsed =
      parse({"--listen", "localhost:0", "--listen=[::1]:9092", "--topic", "a", "--topic", "b:3", "--override",
             "k=v=w", "--override=empty=", "--port-file", "/tmp/p", "--log-level", "debug", "s.properties"});
  REQUIRE_FALSE(parsed.exit_code);
  const Options& options = parsed.options;
  CHECK(options.properties_file == "s.properties");
  CHECK(options.listen == std::vector<std::string>{"localhost:0", "[::1]:9092"});
  CHECK(options.overrides == Pairs{{"k", "v=w"}, {"empty", ""}});
  CHECK(options.port_file == "/tmp/p");
  CHECK(options.log_level == "debug");
  REQUIRE(options.topics.size() == 2);
  CHECK(options.topics[0].name == "a");
  CHECK_FALSE(options.topics[0].partitions);
  CHECK(options.topics[1].name == "b");
  CHECK(options.topics[1].partitions == 3);
}

TEST_CASE("a flag that takes one value leaves the next word alone") {
  const ParsedOptions parsed = parse({"--topic", "a", "s.properties"});
  REQUIRE_FALSE(parsed.exit_code);
  CHECK(parsed.options.properties_file == "s.properties");
  CHECK(parsed.options.topics.size() == 1);
}

TEST_CASE("help and version are answers, not errors") {
  for (const char* flag : {"--help", "-h", "--version"}) {
    CAPTURE(flag);
    const ParsedOptions parsed = parse({flag});
    CHECK(parsed.exit_code == 0);
    CHECK(parsed.text.find("mini-broker") != std::string::npos);
  }
}

TEST_CASE("misuse is one sentence that says what was wrong, and where to look") {
  struct Row {
    std::vector<const char*> arguments;
    const char* words;
  };
  const std::vector<Row> rows = {
      {{"--listn", "localhost:0"}, "There is no '--listn'; was --listen meant?"},
      {{"--port-fil=x"}, "There is no '--port-fil'; was --port-file meant?"},
      {{"--nothing-like-it"}, "There is no '--nothing-like-it'."},
      {{"--listen", "9092"}, "--listen takes HOST:PORT, and '9092' is not so."},
      {{"--listen", "localhost:99999"}, "'localhost:99999'"},
      {{"--override", "alone"}, "--override takes KEY=VALUE, and 'alone' is not so."},
      {{"--override", "=v"}, "'=v'"},
      {{"--topic", "a:0"}, "--topic takes NAME or NAME:PARTITIONS, and 'a:0' is neither."},
      {{"--topic", "a:-1"}, "'a:-1'"},
      {{"--topic", "a:3x"}, "'a:3x'"},
      {{"--topic", "a:99999999999"}, "'a:99999999999'"},
      {{"--topic", "a b"},
       "--topic 'a b': A topic name consists of ASCII letters, digits, '.', '_' and '-'."},
      {{"--topic", ":3"}, "--topic ':3': A topic name must not be empty."},
      {{"--log-level", "loud"}, "'loud'"},
      {{"one", "two"}, "'two' is a second"},
      {{"--port-file"}, "--port-file"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.words);
    const ParsedOptions parsed = parse(row.arguments);
    CHECK(parsed.exit_code == exit_misuse);
    CHECK(parsed.text.find(row.words) != std::string::npos);
    CHECK(parsed.text.rfind("mini-broker: ", 0) == 0);
    CHECK(parsed.text.find("\nTry 'mini-broker --help'.\n") != std::string::npos);
  }
}

TEST_CASE("words that are kept for later are no files, and say so") {
  for (const char* word : {"up", "down", "status", "demo", "topics", "produce", "tail", "top", "config",
                           "why", "lab", "doctor"}) {
    CAPTURE(word);
    const ParsedOptions parsed = parse({word});
    CHECK(parsed.exit_code == exit_misuse);
    CHECK(parsed.text.find("kept for a later version") != std::string::npos);
  }
  for (const char* flag : {"--list", "-v", "--topics=x"}) {
    CAPTURE(flag);
    CHECK(parse({"topics", flag}).text.find("'topics' is a word kept") != std::string::npos);
  }
  CHECK_FALSE(parse({"./config"}).exit_code);
}

TEST_CASE("the layers of the configuration are handed on as they came") {
  const TemporaryFolder folder;
  folder.write("server.properties", "a=1\nb=2\n");
  const std::string file = folder.file("server.properties");
  const GatheredConfig gathered =
      gather({file.c_str(), "--override", "b=4"}, {"KAFKA_B=3", "PATH=/bin", "ODD", "EMPTY="});
  CHECK(gathered.error.empty());
  REQUIRE(gathered.input.file);
  CHECK(gathered.input.file->name == file);
  CHECK(gathered.input.file->text == "a=1\nb=2\n");
  CHECK(gathered.input.environment == Pairs{{"KAFKA_B", "3"}, {"PATH", "/bin"}, {"EMPTY", ""}});
  CHECK(gathered.input.overrides == Pairs{{"b", "4"}});
  CHECK(gathered.input.flags.empty());
}

TEST_CASE("an empty settings file is a file; one that cannot be read is an error that names it") {
  const TemporaryFolder folder;
  folder.write("empty", "");
  const std::string empty = folder.file("empty"), missing = folder.file("missing");
  CHECK(gather({empty.c_str()}).error.empty());
  CHECK(gather({missing.c_str()}).error.find(missing) != std::string::npos);
  const std::string a_folder = folder.file("");
  CHECK_FALSE(gather({a_folder.c_str()}).error.empty());
}

TEST_CASE("one --listen is Kafka's PLAINTEXT listener, several have names of their own") {
  const auto one = gather({"--listen", "localhost:0"}).input.flags;
  REQUIRE(one.size() == 1);
  CHECK(one[0].setting == "listeners");
  CHECK(one[0].value == "PLAINTEXT://localhost:0");
  CHECK(one[0].flag == "--listen");

  const auto two = load_config(gather({"--listen", "localhost:0", "--listen", "[::1]:7"}).input);
  REQUIRE(two.problems.errors.empty());
  const std::vector<Listener>& bound = two.config.listeners().bound;
  REQUIRE(bound.size() == 2);
  CHECK(bound[0].host == "localhost");
  CHECK(bound[1].host == "::1");
  CHECK(bound[1].port == 7);
  CHECK(bound[0].name != bound[1].name);
}

}  // namespace mini::broker
