#include "broker/config/startup_notes.h"

#include <algorithm>

#include "broker/config/setting_value.h"

namespace mini::broker {
namespace {

void add_name(std::string& names, std::string_view name) {
  if (!names.empty()) names += ", ";
  names += name;
}

bool has_something_to_say(const Setting& setting, const GivenValue& value) {
  if (setting.remark.empty()) return false;
  return !setting.remark_above || parse_integer(value.text).value_or(0) > *setting.remark_above;
}

struct Remark {
  std::string_view sentence;
  Level level;
  std::string names;  // of the settings it is about
};

class Notes {
 public:
  explicit Notes(const Config& config) {
    for (const auto& [name, value] : config.all_given()) add(name, *find_setting(name), value);
  }

  std::vector<Note> take() {
    std::vector<Note> notes;
    for (const Remark& remark : remarks_) {
      notes.push_back({remark.level, remark.names + ": " + std::string(remark.sentence)});
    }
    if (!without_effect_.empty()) {
      notes.push_back({Level::info, "Taken, with nothing to do in a single process: " + without_effect_});
    }
    return notes;
  }

 private:
  void add(std::string_view name, const Setting& setting, const GivenValue& value) {
    if (has_something_to_say(setting, value)) {
      add_name(remark_of(setting).names, name);
    } else if (setting.standing == Standing::accepted) {
      add_name(without_effect_, name);
    }
  }

  Remark& remark_of(const Setting& setting) {
    const auto same = std::ranges::find(remarks_, setting.remark, &Remark::sentence);
    if (same != remarks_.end()) return *same;
    return remarks_.emplace_back(Remark{setting.remark, setting.remark_level, ""});
  }

  std::vector<Remark> remarks_;
  std::string without_effect_;
};

void add_quorum(const Config& config, std::vector<Note>& notes) {
  for (const std::string_view name : {"controller.quorum.voters", "controller.quorum.bootstrap.servers"}) {
    const auto count = split_list(*config.text(name)).size();
    if (count < 2) continue;
    notes.push_back({Level::warn, std::string(name) + " names " + std::to_string(count) +
                                      " nodes: this is a single node, the others are never asked"});
  }
}

void add_controller_listeners(const Config& config, std::vector<Note>& notes) {
  for (const Listener& listener : config.listeners().controller) {
    notes.push_back({Level::info, "The controller listener " + listener.name + " (port " +
                                      std::to_string(listener.port) +
                                      ") is left unopened: nobody needs it here"});
  }
}

void add_compaction(const Config& config, std::vector<Note>& notes) {
  if (!config.topic_defaults().cleanup_compact) return;
  notes.push_back(
      {Level::warn, "log.cleanup.policy contains compact: nothing is compacted here, everything is kept"});
}

}  // namespace

std::vector<Note> startup_notes(const Config& config) {
  auto notes = Notes(config).take();
  add_quorum(config, notes);
  add_controller_listeners(config, notes);
  add_compaction(config, notes);
  return notes;
}

}  // namespace mini::broker
