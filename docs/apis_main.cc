#include <cstdio>

#include "broker/api/table.h"

// Prints docs/apis.md.
int main() { return std::fputs(mini::broker::apis_markdown().c_str(), stdout) < 0 ? 1 : 0; }
