// Loaded before a program that uses SQLite (LD_PRELOAD): kills it -9 just before its n-th statement, n from
// KILL_AT.
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>

namespace {

std::atomic<long> left{0};

int before_statement(unsigned, void*, void*, void*) {
  if (--left == 0) kill(getpid(), SIGKILL);
  return 0;
}

int watch(sqlite3* db, const char**, const struct sqlite3_api_routines*) {
  return sqlite3_trace_v2(db, SQLITE_TRACE_STMT, before_statement, nullptr);
}

[[gnu::constructor]] void begin() {
  const char* n = std::getenv("KILL_AT");
  if (!n) return;
  left = std::strtol(n, nullptr, 10);
  sqlite3_auto_extension(reinterpret_cast<void (*)()>(watch));
}

}  // namespace
