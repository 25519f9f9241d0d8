#include <cstdio>

#include "broker/config/markdown.h"

// Prints docs/configuration.md.
int main() { return std::fputs(mini::broker::configuration_markdown().c_str(), stdout) < 0 ? 1 : 0; }
