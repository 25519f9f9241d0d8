#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

// SQLite with owners: a connection and its prepared statements close themselves. Values reach SQL only by
// being bound. Every call returns SQLite's result code; `Connection::message()` is the sentence for the last.
//
//   Statement insert(connection, "INSERT INTO t VALUES (?, ?)");
//   if (insert.run("a'); DROP TABLE t", 3) != SQLITE_DONE) ...
//
// One thread uses a connection and what was prepared on it; the connection outlives its statements.
namespace mini::alerts {

struct Blob {
  std::string_view bytes;
};

class Connection {
 public:
  Connection() = default;
  int open(const std::string& path);
  int execute(const char* sql);  // fixed text of ours only: schema, pragmas, transactions
  std::string message() const;
  std::int64_t changes() const;  // rows of the last statement that changed any
  bool in_transaction() const;
  sqlite3* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

class Statement {
 public:
  Statement() = default;
  Statement(Connection& connection, std::string_view sql);  // !ready() where it cannot be prepared
  bool ready() const { return statement_ != nullptr; }

  // Binds all, steps once and resets: for statements that give no rows. SQLITE_DONE is success.
  template <class... Values>
  int run(const Values&... values) {
    int code = bind_all(values...);
    if (code == 0) code = step();
    reset();
    return code;
  }

  // Binds all; for statements that give rows. What is text or bytes has to live until the rows are read.
  template <class... Values>
  int bind_all(const Values&... values) {
    reset();
    int index = 0, code = 0;
    ((code = code != 0 ? code : bind(++index, values)), ...);
    return code;
  }

  int step();                          // SQLITE_ROW while there are rows
  int first_whole(std::int64_t& out);  // steps once, resets: SQLITE_ROW with the first column, or SQLITE_DONE
  std::int64_t last_row() const;       // rowid of the row that was inserted last
  void reset();
  std::int64_t whole(int column) const;
  std::string text(int column) const;

 private:
  int bind(int index, std::int64_t value);
  int bind(int index, double value);
  int bind(int index, std::string_view value);
  int bind(int index, Blob value);
  int bind(int index, std::int32_t value) { return bind(index, static_cast<std::int64_t>(value)); }
  int bind(int index, const std::string& value) { return bind(index, std::string_view(value)); }
  template <class T>
  int bind(int index, const std::optional<T>& value) {
    return value ? bind(index, *value) : bind_null(index);
  }
  int bind_null(int index);

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace mini::alerts
