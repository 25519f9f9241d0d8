#pragma once

#include <string>

#include "alert_consumer/sqlite.h"

// The tables, and how a file of an older version becomes one of this version.
//
//   int code = migrate(connection);     // SQLITE_OK: the file has version schema_version
//
// The version stands in the file's `user_version`. Step n of the list makes n+1 out of n; a new version adds
// a step and changes none. All steps of one migration are one transaction.
namespace mini::alerts {

extern const int schema_version;

// SQLITE_MISMATCH: a newer program wrote the file. SQLITE_CONSTRAINT: it holds another program's tables under
// our names. Anything else but SQLITE_OK: connection.message() says why.
int migrate(Connection& connection);

}  // namespace mini::alerts
