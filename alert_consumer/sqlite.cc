#include "alert_consumer/sqlite.h"

#include <sqlite3.h>

namespace mini::alerts {

int Connection::open(const std::string& path) {
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  handle_.reset(handle);
  if (code != SQLITE_OK) return code;
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  return SQLITE_OK;
}

int Connection::execute(const char* sql) { return sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr); }

std::string Connection::message() const { return handle_ ? sqlite3_errmsg(handle()) : "out of memory"; }
std::int64_t Connection::changes() const { return sqlite3_changes64(handle()); }
bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle()) == 0; }
void Connection::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

Statement::Statement(Connection& connection, std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v3(connection.handle(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                     &statement, nullptr);
  statement_.reset(statement);
}

int Statement::step() { return sqlite3_step(statement_.get()); }
void Statement::reset() { sqlite3_reset(statement_.get()); }
void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

int Statement::first_whole(std::int64_t& out) {
  const int code = step();
  if (code == SQLITE_ROW) out = whole(0);
  reset();
  return code;
}

std::int64_t Statement::last_row() const {
  return sqlite3_last_insert_rowid(sqlite3_db_handle(statement_.get()));
}

std::int64_t Statement::whole(int column) const { return sqlite3_column_int64(statement_.get(), column); }

std::string Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  return text ? std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)))
              : "";
}

int Statement::bind(int index, std::int64_t value) {
  return sqlite3_bind_int64(statement_.get(), index, value);
}
int Statement::bind(int index, double value) { return sqlite3_bind_double(statement_.get(), index, value); }
int Statement::bind_null(int index) { return sqlite3_bind_null(statement_.get(), index); }

// The values outlive run(), so SQLite need not copy them. An empty view may have no address, which would be
// NULL.
int Statement::bind(int index, std::string_view value) {
  return sqlite3_bind_text64(statement_.get(), index, value.empty() ? "" : value.data(), value.size(),
                             SQLITE_STATIC, SQLITE_UTF8);
}

int Statement::bind(int index, Blob value) {
  return sqlite3_bind_blob64(statement_.get(), index, value.bytes.empty() ? "" : value.bytes.data(),
                             value.bytes.size(), SQLITE_STATIC);
}

}  // namespace mini::alerts
