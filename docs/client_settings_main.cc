#include <cstdio>

#include "client/settings/help.h"

// Prints the table of settings in docs/client.md.
int main() { return std::fputs(mini::client::settings_markdown().c_str(), stdout) < 0 ? 1 : 0; }
