#include <algorithm>

#include "tests/protocol/layouts/layout.h"

namespace mini::test {
namespace {

const FieldLayout* find(const std::vector<FieldLayout>& fields, const std::string& name) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

class Comparison {
 public:
  explicit Comparison(Compared& compared) : compared_(compared) {}

  void messages(const MessageLayout& ours, const MessageLayout& kafkas) {
    ++compared_.messages;
    place_ = ours.name;
    same("name", ours.name, kafkas.name);
    if (kafkas.api >= 0) same("api key", ours.api, kafkas.api);
    same("first version", ours.versions.first, kafkas.versions.first);
    same("last version", ours.versions.last, kafkas.versions.last);
    fields_once(ours.fields, kafkas.fields);
    for (std::int16_t v = ours.versions.first; v <= ours.versions.last; ++v) {
      ++compared_.shapes;
      place_ = ours.name + " v" + std::to_string(v);
      same("flexible", ours.flexible.has(v), kafkas.flexible.has(v));
      fields_at(ours.fields, kafkas.fields, v);
    }
  }
  std::vector<std::string> take() { return std::move(found_); }

 private:
  // What does not depend on the version.
  void fields_once(const std::vector<FieldLayout>& ours, const std::vector<FieldLayout>& kafkas) {
    for (const FieldLayout& k : kafkas)
      if (!find(ours, k.name)) differ("field " + k.name + " is not declared");
    for (const FieldLayout& o : ours) {
      const FieldLayout* k = find(kafkas, o.name);
      if (!k) {
        differ("field " + o.name + " is none of Kafka's");
        continue;
      }
      field_once(o, *k);
    }
  }

  void field_once(const FieldLayout& ours, const FieldLayout& kafkas) {
    const std::string outer = place_;
    place_ += "." + ours.name;
    same("type", ours.type, kafkas.type);
    same("ignorable", ours.ignorable, kafkas.ignorable);
    same("tag", ours.tag, kafkas.tag);
    same("default", ours.default_value, kafkas.default_value);
    if (!ours.default_value.empty()) ++compared_.defaults;
    fields_once(ours.fields, kafkas.fields);
    place_ = outer;
  }

  void fields_at(const std::vector<FieldLayout>& ours, const std::vector<FieldLayout>& kafkas,
                 std::int16_t v) {
    same("order", order_at(ours, v), order_at(kafkas, v));
    for (const FieldLayout& o : ours) {
      const FieldLayout* k = find(kafkas, o.name);
      if (!k) continue;
      const std::string outer = place_;
      place_ += "." + o.name;
      ++compared_.fields;
      same("present", o.versions.has(v), k->versions.has(v));
      if (o.versions.has(v)) {
        same("nullable", o.null_versions.has(v), k->null_versions.has(v));
        same("tagged", o.tag_versions.has(v), k->tag_versions.has(v));
        fields_at(o.fields, k->fields, v);
      }
      place_ = outer;
    }
  }

  static std::string order_at(const std::vector<FieldLayout>& fields, std::int16_t v) {
    std::string order;
    for (const FieldLayout& f : fields)
      if (f.untagged_at(v)) order += f.name + " ";
    return order;
  }

  template <class T>
  void same(const char* what, const T& ours, const T& kafkas) {
    if (ours == kafkas) return;
    if constexpr (std::is_same_v<T, std::string>)
      differ(std::string(what) + " is '" + ours + "', Kafka's is '" + kafkas + "'");
    else
      differ(std::string(what) + " is " + std::to_string(ours) + ", Kafka's is " + std::to_string(kafkas));
  }
  void differ(const std::string& what) { found_.push_back(place_ + ": " + what); }

  Compared& compared_;
  std::string place_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> differences(const MessageLayout& ours, const MessageLayout& kafkas,
                                     Compared& compared) {
  Comparison comparison(compared);
  comparison.messages(ours, kafkas);
  return comparison.take();
}

}  // namespace mini::test
