#pragma once

#include <string>
#include <vector>

#include "broker/config/config.h"

// What the user should know at start about the settings that were given: one line for all that are taken but
// change nothing, one line for each thing that is different here.
//
//   for (const Note& note : startup_notes(config)) log(note.level, note.sentence);
namespace mini::broker {

struct Note {
  Level level;
  std::string sentence;
};

std::vector<Note> startup_notes(const Config& config);

}  // namespace mini::broker
