#include "sensor_gen/copies.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace mini::sensor_gen;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() : path(fs::temp_directory_path() / ("sensor-gen-copies-" + std::to_string(getpid()))) {
    fs::remove_all(path);
  }
  ~Folder() { fs::remove_all(path); }

  std::string file(const char* name) const { return (path / name).string(); }
  std::string read(const char* name) const {
    std::ifstream in(path / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const char* name, const std::string& text) const {
    fs::create_directories(path);
    std::ofstream(path / name, std::ios::binary) << text;
  }

  fs::path path;
};

Event event(std::string json) { return {std::nullopt, std::move(json), "", false}; }

std::string write_one(const CopyPaths& paths, const char* json) {
  Copies copies;
  copies.open(paths);
  copies.write(event(json));
  copies.flush();
  return copies.problem();
}

}  // namespace

TEST_CASE("both files grow from run to run, in a folder made for them, with one header") {
  const Folder folder;
  const CopyPaths paths{folder.file("deep/a.jsonl"), folder.file("deep/a.csv")};
  CHECK(write_one(paths, R"({"a": 1, "v": {"b": 2.5}})") == "");
  CHECK(write_one(paths, R"({"a": 2, "v": {"b": null}})") == "");
  CHECK(folder.read("deep/a.jsonl") == "{\"a\": 1, \"v\": {\"b\": 2.5}}\n{\"a\": 2, \"v\": {\"b\": null}}\n");
  CHECK(folder.read("deep/a.csv") == "a,b\n1,2.5\n2,\n");
}

TEST_CASE("after a line that was cut off the next begins on its own") {
  const Folder folder;
  folder.write("a.jsonl", "{\"a\": 1}\n{\"a");
  CHECK(write_one({folder.file("a.jsonl"), ""}, R"({"a": 2})") == "");
  CHECK(folder.read("a.jsonl") == "{\"a\": 1}\n{\"a\n{\"a\": 2}\n");
}

TEST_CASE("a file with another header is left alone") {
  const Folder folder;
  folder.write("a.csv", "x,y\n");
  const std::string problem = write_one({"", folder.file("a.csv")}, R"({"a": 1})");
  CHECK(problem.find("begins with another header") != std::string::npos);
  CHECK(folder.read("a.csv") == "x,y\n");
}

TEST_CASE("a file that cannot be opened or written is said in one sentence") {
  const Folder folder;
  folder.write("file", "");
  for (const std::string& path : {folder.file("file/below.jsonl"), folder.path.string()}) {
    const std::string problem = write_one({path, ""}, "{}");
    CHECK(problem.find("Cannot open " + path + ": ") == 0);
  }
  if (fs::exists("/dev/full"))
    CHECK(write_one({"/dev/full", ""}, "{}").find("Cannot write /dev/full: ") == 0);
}

TEST_CASE("an event that has no row is not left out in silence") {
  const Folder folder;
  CHECK(write_one({"", folder.file("a.csv")}, "{\"a\": \"\xFF\"}").find("no text that CSV could carry") !=
        std::string::npos);
}

TEST_CASE("without paths nothing is written") { CHECK(write_one({}, "{}") == ""); }
