#include "tests/support/random_message.h"

#include <array>

namespace mini::test {
namespace {

using protocol::Bytes;

constexpr std::array kind_names{std::pair{"null", &Kinds::null},
                                std::pair{"empty", &Kinds::empty},
                                std::pair{"one", &Kinds::one},
                                std::pair{"many", &Kinds::many},
                                std::pair{"least", &Kinds::least},
                                std::pair{"greatest", &Kinds::greatest},
                                std::pair{"non_ascii", &Kinds::non_ascii},
                                std::pair{"tagged", &Kinds::tagged},
                                std::pair{"unknown_tag", &Kinds::unknown_tag}};

constexpr std::array<std::string_view, 4> foreign_texts{"Wärme °C", "温度センサー", "\U0001f321",
                                                        "tab\there\nand\x01there"};

}  // namespace

Kinds& Kinds::operator+=(const Kinds& other) {
  for (const auto& kind : kind_names) this->*kind.second += other.*kind.second;
  return *this;
}

bool Kinds::covers(const Kinds& wanted) const {
  for (const auto& kind : kind_names)
    if (wanted.*kind.second > 0 && this->*kind.second == 0) return false;
  return true;
}

std::string Kinds::to_string() const {
  std::string line;
  for (const auto& kind : kind_names)
    line += (line.empty() ? "" : " ") + std::string(kind.first) + "=" + std::to_string(this->*kind.second);
  return line;
}

std::size_t RandomMessage::length() {
  const std::size_t size = below(3) == 2 ? 2 + below(2) : below(2);
  ++(size == 0 ? kinds_.empty : size == 1 ? kinds_.one : kinds_.many);
  return size;
}

std::string RandomMessage::text() {
  const std::size_t size = length();
  if (size < 2) return std::string(size, 'x');
  if (chance(2)) {
    ++kinds_.non_ascii;
    return std::string(foreign_texts[below(foreign_texts.size())]);
  }
  return std::string(chance(8) ? 200 : 12, static_cast<char>('a' + below(26)));  // 200: a varint of two bytes
}

Bytes RandomMessage::bytes() {
  Bytes bytes(length());
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(engine_());
  return bytes;
}

// One piece is borrowed from static memory, the others are shared: both ways of sending are taken.
protocol::Records RandomMessage::records() {
  static constexpr std::uint8_t borrowed[] = {1, 2, 3};
  protocol::Records records;
  const std::size_t pieces = length();
  for (std::size_t i = 0; i < pieces; ++i) {
    if (chance(3)) {
      records.add(protocol::Slice(borrowed));
      continue;
    }
    const auto owner = std::make_shared<Bytes>(1 + below(40), static_cast<std::uint8_t>(engine_()));
    records.add(protocol::Slice(*owner, owner));
  }
  return records;
}

protocol::UnknownTags RandomMessage::unknown_tags() {
  ++kinds_.unknown_tag;
  protocol::UnknownTags tags;
  tags[static_cast<std::uint32_t>(40 + below(1000))] = Bytes(below(4), 0x5a);
  if (chance(2)) tags[std::numeric_limits<std::uint32_t>::max()] = Bytes(below(200), 0xa5);
  return tags;
}

}  // namespace mini::test
