#pragma once

#include <doctest/doctest.h>

#include <string>

#include "broker/config/config.h"

// A Config from the text of one file, named "f".
namespace mini::broker {

inline LoadedConfig load_text(std::string text) {
  ConfigInput input;
  input.file = {"f", std::move(text)};
  return load_config(input);
}

inline Config config_of(std::string text) {
  auto loaded = load_text(std::move(text));
  for (const auto& error : loaded.problems.errors) FAIL_CHECK(error);
  return std::move(loaded.config);
}

}  // namespace mini::broker
