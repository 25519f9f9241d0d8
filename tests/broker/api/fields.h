#pragma once

#include <functional>
#include <map>
#include <set>

#include "tests/support/broker_story.h"

// Does each field of a request mean something? A scene is a broker in some state and a request; a field is
// changed and the scene is played again: the answer, the time it took or what can be seen afterwards must
// differ. Fields that mean nothing here stand in a list with the reason, and must not change anything. The
// fields are found by walking the message's declaration, so that none is forgotten.
//
//   check_fields<HeartbeatRequest, HeartbeatResponse>({Scene<HeartbeatRequest>(beat).after(one_joined)});
namespace mini::broker {

struct Stage : Story {
  Stage() : Story({}, 3) {}

  // `bytes` for as long as a request that points to them needs.
  BytesView keep(Bytes bytes) { return kept_.emplace_back(std::move(bytes)); }

  std::int16_t version = 0;  // of the request
  std::string member_id;     // of a member that a scene arranged
  GenerationId generation = no_generation;

 private:
  std::deque<Bytes> kept_;
};

template <class Request>
class Scene {
 public:
  using Make = std::function<Request(Stage&)>;
  using Change = std::function<void(Request&, Stage&)>;

  explicit Scene(Make request) : request_(std::move(request)) {}

  // What happens before.
  Scene after(std::function<void(Stage&)> arrange) {
    arrange_ = std::move(arrange);
    return *this;
  }
  // Of the field at a path, such as "topics.partitions.timestamp": where the next value means nothing.
  Scene change(const std::string& path, Change change) {
    changes_[path] = std::move(change);
    return *this;
  }
  // What is looked at afterwards, besides the answer.
  Scene seen(std::function<std::string(Stage&)> effects) {
    effects_ = std::move(effects);
    return *this;
  }

  template <class Response>
  std::string play(std::int16_t version, const std::string& changed = "") const;
  const std::map<std::string, Change>& changes() const { return changes_; }

 private:
  Make request_;
  std::function<void(Stage&)> arrange_;
  std::map<std::string, Change> changes_;
  std::function<std::string(Stage&)> effects_;
};

using Reasons = std::map<std::string, std::string>;  // by path: why it means nothing, nor what is below it

namespace fields {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = !std::is_same_v<T, std::uint8_t>;

// Another value than the one it has.
template <class T>
void change(T& value, bool may_be_null) {
  if constexpr (std::is_same_v<T, bool>)
    value = !value;
  else if constexpr (std::is_integral_v<T>)
    ++value;
  else if constexpr (std::is_same_v<T, Uuid>)
    value.bytes[3] ^= 0x55;
  else if constexpr (std::is_same_v<T, std::string>)
    value += 'x';
  else if constexpr (std::is_same_v<T, Bytes>)
    value.push_back(7);
  else if constexpr (is_optional<T>) {
    if (value && may_be_null)
      value.reset();
    else if (value)
      change(*value, false);
    else {
      typename T::value_type fresh{};  // Clang 14 finds no emplace() for a struct inside a struct
      change(fresh, false);
      value = std::move(fresh);
    }
  } else if constexpr (is_vector<T>) {
    if (value.empty())
      value.emplace_back();
    else if constexpr (FieldList<typename T::value_type>)
      value.clear();
    else
      change(value.front(), false);
  }
}

// Changes the field at `path`, in every element that has it.
template <class T>
void change_at(T& value, std::int16_t version, std::string_view path) {
  if constexpr (is_optional<T>) {
    if (value) change_at(*value, version, path);
  } else if constexpr (is_vector<T>) {
    for (auto& element : value) change_at(element, version, path);
  } else if constexpr (FieldList<T>) {
    const std::string_view name = path.substr(0, path.find('.'));
    each_field<T>([&](const auto& f) {
      if (!f.versions.has(version) || name != f.name) return;
      if (name.size() == path.size())
        change(value.*f.member, f.null_versions.has(version));
      else
        change_at(value.*f.member, version, path.substr(name.size() + 1));
    });
  }
}

template <class T>
struct Inner {
  using type = T;
};
template <class T>
struct Inner<std::vector<T>> : Inner<T> {};
template <class T>
struct Inner<std::optional<T>> : Inner<T> {};

template <FieldList M>
void list_paths(std::int16_t version, const std::string& prefix, std::vector<std::string>& paths) {
  each_field<M>([&](const auto& f) {
    using Value = typename std::decay_t<decltype(f)>::Value;
    if (!f.versions.has(version)) return;
    if constexpr (!FieldList<Value>) paths.push_back(prefix + f.name);  // a plain struct is its fields
    using Element = typename Inner<Value>::type;
    if constexpr (FieldList<Element>) list_paths<Element>(version, prefix + f.name + ".", paths);
  });
}

inline const std::string* reason_of(const Reasons& without_meaning, const std::string& path) {
  for (const auto& [listed, reason] : without_meaning)
    if (path == listed || path.rfind(listed + ".", 0) == 0) return &reason;
  return nullptr;
}

}  // namespace fields

// What happens, told as text: when the answer comes, its bytes, and what can be seen afterwards.
template <class Request>
template <class Response>
std::string Scene<Request>::play(std::int16_t version, const std::string& changed) const {
  Stage stage;
  stage.version = version;
  if (arrange_) arrange_(stage);
  Request request = request_(stage);
  if (const auto special = changes_.find(changed); special != changes_.end())
    special->second(request, stage);
  else if (!changed.empty())
    fields::change_at(request, version, changed);

  auto pending = stage.client.template send<Response>(request, version);
  int waited_ms = 0;
  for (; waited_ms < 60'000 && !stage.client.closed() && !pending.answered(); waited_ms += 50)
    stage.broker.advance(50ms);
  std::string told = stage.client.closed() ? "closed " + stage.client.why_closed() : "";
  if (!stage.client.closed() && pending.answered()) {
    OutBuffer out;
    Writer writer(out);
    write(writer, pending.get(), version);
    const Bytes bytes = out.copy();
    told = "after " + std::to_string(waited_ms) + " ms: " + std::string(bytes.begin(), bytes.end());
  }
  return effects_ ? told + " | " + effects_(stage) : told;
}

template <class Request, class Response>
void check_fields(const std::vector<Scene<Request>>& scenes, const Reasons& without_meaning = {}) {
  std::set<std::string> met;
  each_version<Request>([&](std::int16_t version) {
    std::vector<std::string> unchanged;  // what each scene tells as it is
    for (const auto& scene : scenes) {
      unchanged.push_back(scene.template play<Response>(version));
      REQUIRE(scene.template play<Response>(version) == unchanged.back());
    }
    std::vector<std::string> paths;
    fields::list_paths<Request>(version, "", paths);
    for (const std::string& path : paths) {
      met.insert(path);
      bool differs = false;
      for (std::size_t i = 0; i < scenes.size(); ++i)
        differs = differs || scenes[i].template play<Response>(version, path) != unchanged[i];
      const std::string* reason = fields::reason_of(without_meaning, path);
      if (reason) CHECK_MESSAGE(!differs, path, " is said to mean nothing (", *reason, ")");
      if (!reason) CHECK_MESSAGE(differs, path, " was changed and nothing else did");
    }
  });
  // What is written down about fields that no version has is a mistake.
  for (const auto& listed : without_meaning) CHECK_MESSAGE(met.contains(listed.first), listed.first);
  for (const auto& scene : scenes)
    for (const auto& listed : scene.changes()) CHECK_MESSAGE(met.contains(listed.first), listed.first);
}

}  // namespace mini::broker
