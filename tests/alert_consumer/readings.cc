#include "tests/alert_consumer/readings.h"

#include <sqlite3.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace mini::test {

Folder::Folder() : path_((std::filesystem::temp_directory_path() / "alerts-XXXXXX").string()) {
  if (!mkdtemp(path_.data())) throw std::runtime_error("no temporary folder");
}

Folder::~Folder() { std::filesystem::remove_all(path_); }

std::string Folder::text_of(const std::string& name) const {
  std::ostringstream text;
  text << std::ifstream(file(name), std::ios::binary).rdbuf();
  return text.str();
}

void Folder::write(const std::string& name, const std::string& text) const {
  std::ofstream(file(name), std::ios::binary) << text;
}

std::string Folder::ask(const std::string& sql, const std::string& name) const {
  sqlite3* db = nullptr;
  if (sqlite3_open(file(name).c_str(), &db) != SQLITE_OK) throw std::runtime_error("no database");
  std::string rows;
  const auto add = [](void* out, int count, char** fields, char**) {
    auto& text = *static_cast<std::string*>(out);
    if (!text.empty()) text += '\n';
    for (int i = 0; i < count; ++i) text += (i ? "|" : "") + std::string(fields[i] ? fields[i] : "NULL");
    return 0;
  };
  char* problem = nullptr;
  sqlite3_exec(db, sql.c_str(), add, &rows, &problem);
  if (problem) rows = problem;
  sqlite3_free(problem);
  sqlite3_close(db);
  return rows;
}

}  // namespace mini::test
