#include <filesystem>
#include <fstream>

#include "client/cluster/versions.h"
#include "protocol/frame.h"
#include "protocol/messages/api_versions.h"
#include "protocol/messages/fetch.h"
#include "protocol/messages/init_producer_id.h"
#include "protocol/records/builder.h"
#include "tests/fuzz/message_input.h"

// Makes the seed corpora anew: make-fuzz-corpus tests/fuzz/corpus tests/golden
namespace mini::test {
namespace {

using namespace protocol;

class Corpus {
 public:
  Corpus(const std::filesystem::path& root, const char* target) : folder_(root / target) {
    std::filesystem::create_directories(folder_);
  }
  void add(const std::string& name, BytesView bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << as_text(bytes);
  }

 private:
  std::filesystem::path folder_;
};

Bytes joined(const Bytes& front, BytesView rest) {
  Bytes bytes;
  bytes.reserve(front.size() + rest.size());
  bytes.insert(bytes.end(), front.begin(), front.end());
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  return bytes;
}

// The oldest version, the first flexible one and the newest.
std::set<std::int16_t> telling_versions(const MessageInfo& info) {
  std::set<std::int16_t> versions{info.versions.first, info.versions.last};
  if (info.versions.has(info.flexible.first)) versions.insert(info.flexible.first);
  return versions;
}

void add_message(const Corpus& corpus, const MessageType& type, std::uint8_t number) {
  for (const std::int16_t version : telling_versions(type.info)) {
    RandomMessage random(static_cast<std::uint64_t>(number) * 100 + static_cast<std::uint64_t>(version));
    const Bytes message = encode(*type.random(random, version), version);
    corpus.add(std::string(type.info.name) + "-v" + std::to_string(version),
               joined({number, static_cast<std::uint8_t>(version)}, message));
  }
}

void make_messages(const std::filesystem::path& root) {
  const Corpus requests(root, "fuzz_request");
  const Corpus responses(root, "fuzz_response");
  std::uint8_t blob = first_blob;
  for (const MessageType& type : message_types()) {
    const bool request = type.direction == Direction::request;
    add_message(request ? requests : responses, type,
                type.direction == Direction::data ? blob++ : static_cast<std::uint8_t>(type.info.api));
  }
}

// Two requests and an answer to each, one behind the other.
void make_frames(const std::filesystem::path& root) {
  const Corpus corpus(root, "fuzz_frame");
  for (const std::int16_t version : {0, 4}) {
    OutBuffer buffer;
    Writer out(buffer);
    RequestHeader request{ApiKey::heartbeat, version, 7, "me", {}};
    if (version == 4) request.unknown_tags[5] = {1, 2};
    for (int i = 0; i < 2; ++i) {
      const OutBuffer::Mark start = buffer.mark();
      out.int32(0);
      write_request_header(out, request, version == 4);
      buffer.patch_int32(start, static_cast<std::int32_t>(buffer.size_since(start) - frame_size_bytes));
    }
    const OutBuffer::Mark start = buffer.mark();
    out.int32(0);
    write_response_header(out, {7, {}}, version == 4);
    buffer.patch_int32(start, static_cast<std::int32_t>(buffer.size_since(start) - frame_size_bytes));
    corpus.add("heartbeat-v" + std::to_string(version), buffer.copy());
  }
}

Bytes batch_of(Codec codec) {
  BatchOptions options;
  options.codec = codec;
  options.producer_id = 7;
  options.producer_epoch = 0;
  options.base_sequence = 0;
  BatchBuilder builder(options);
  const HeaderView headers[] = {{"unit", "C"}, {"none", std::nullopt}};
  for (int i = 0; i < 3; ++i) {
    NewRecord record;
    record.timestamp = 1700000000000 + i;
    record.key = "sensor-1";
    if (i != 1) record.value = "21.5 21.5 21.5 21.5 21.5";
    if (i == 2) record.headers = headers;
    builder.add(record);
  }
  return builder.build();
}

void make_batches(const std::filesystem::path& root) {
  const Corpus corpus(root, "fuzz_batch");
  const std::string text(300, 't');
  for (const Codec codec : {Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    const std::string name(name_of(codec));
    corpus.add("batch-" + name, joined({0}, batch_of(codec)));
    corpus.add("checked-" + name, joined({1}, batch_of(codec)));
    Bytes packed;
    compress(codec, as_bytes(text), packed);
    corpus.add("stream-" + name, joined({static_cast<std::uint8_t>(2 + static_cast<int>(codec))}, packed));
  }
  corpus.add("control", joined({0}, build_control_batch(ControlType::commit, 7, 0, 0, 1700000000000, 0)));
}

// Steps of fuzz_connection: a frame, and half a second behind it.
void add_step(Bytes& steps, BytesView frame) {
  const auto size = static_cast<std::uint16_t>(frame.size());
  steps = joined(steps, Bytes{0, static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size)});
  steps = joined(joined(steps, frame), Bytes{2, 5});
}

Bytes request_frame(const MessageType& type, std::uint64_t seed) {
  const std::int16_t version = type.info.versions.last;
  OutBuffer buffer;
  Writer out(buffer);
  write_request_header(out, {type.info.api, version, static_cast<std::int32_t>(seed), "fuzz", {}},
                       type.info.flexible.has(version));
  RandomMessage random(seed);
  type.random(random, version)->write(out, version);
  return buffer.copy();
}

// The requests of a captured conversation (tests/golden), one behind the other.
Bytes conversation(const std::filesystem::path& captured) {
  Bytes steps;
  std::ifstream file(captured);
  std::string direction, api, version, hex;
  while (file >> direction) {
    if (direction != "request") {
      std::getline(file, hex);
      continue;
    }
    file >> api >> version >> hex;
    Bytes frame;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
      frame.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
    add_step(steps, frame);
  }
  return steps;
}

void make_connections(const std::filesystem::path& root, const std::filesystem::path& golden) {
  const Corpus corpus(root, "fuzz_connection");
  for (const MessageType& type : message_types()) {
    if (type.direction != Direction::request) continue;
    Bytes steps;
    for (std::uint64_t seed = 1; seed <= 4; ++seed) add_step(steps, request_frame(type, seed));
    corpus.add(type.info.name, joined(steps, Bytes{2, 255, 3}));
  }
  for (const auto& entry : std::filesystem::directory_iterator(golden))
    if (entry.path().extension() == ".frames") corpus.add(entry.path().stem(), conversation(entry.path()));
}

// ---- fuzz_client: what a client hears ----

enum Client : std::uint8_t { admin, producer, member, assigned };

struct Heard {
  Client client;
  ApiKey api;
  VersionRange versions;  // the client's
};

namespace v = client::versions;
constexpr Heard heard[] = {
    {admin, ApiKey::api_versions, range(0, v::api_versions)},
    {admin, ApiKey::metadata, v::metadata},
    {admin, ApiKey::create_topics, v::create_topics},
    {admin, ApiKey::delete_topics, v::delete_topics},
    {admin, ApiKey::create_partitions, v::create_partitions},
    {admin, ApiKey::describe_configs, v::describe_configs},
    {admin, ApiKey::incremental_alter_configs, v::incremental_alter_configs},
    {admin, ApiKey::list_groups, v::list_groups},
    {admin, ApiKey::describe_groups, v::describe_groups},
    {admin, ApiKey::delete_groups, v::delete_groups},
    {admin, ApiKey::leave_group, v::leave_group_for_others},
    {admin, ApiKey::offset_fetch, v::offset_fetch_all},
    {admin, ApiKey::offset_commit, v::offset_commit},
    {admin, ApiKey::offset_delete, v::offset_delete},
    {admin, ApiKey::list_offsets, v::list_offsets},
    {admin, ApiKey::delete_records, v::delete_records},
    {admin, ApiKey::find_coordinator, v::find_coordinator},
    {producer, ApiKey::init_producer_id, v::init_producer_id},
    {producer, ApiKey::produce, v::produce},
    {member, ApiKey::join_group, v::join_group},
    {member, ApiKey::sync_group, v::sync_group},
    {member, ApiKey::heartbeat, v::heartbeat},
    {member, ApiKey::offset_fetch, v::offset_fetch},
    {assigned, ApiKey::list_offsets, v::list_offsets},
    {assigned, ApiKey::fetch, v::fetch},
};

Bytes heard_step(ApiKey api, std::int16_t version, BytesView body) {
  return joined({static_cast<std::uint8_t>(api), static_cast<std::uint8_t>(version), 0,
                 static_cast<std::uint8_t>(body.size() >> 8), static_cast<std::uint8_t>(body.size())},
                body);
}

template <class Response>
Bytes body_of(const Response& response, std::int16_t version) {
  OutBuffer buffer;
  Writer out(buffer);
  write(out, response, version);
  return buffer.copy();
}

Bytes fetched(std::int16_t version, Codec codec) {
  const Bytes batch = batch_of(codec);
  FetchResponse response;
  auto& topic = response.responses.emplace_back();
  topic.topic = "t";
  auto& partition = topic.partitions.emplace_back();
  partition.high_watermark = 3;
  partition.records = Records(Slice(batch));
  return body_of(response, version);
}

// Random ones end the connection by their error codes.
void make_welcome_talk(const Corpus& corpus) {
  ApiVersionsResponse versions;
  auto& metadata = versions.api_keys.emplace_back();
  metadata.api_key = static_cast<std::int16_t>(ApiKey::metadata);
  metadata.max_version = v::metadata.last;
  corpus.add("0-few-apis", joined({admin}, heard_step(ApiKey::api_versions, v::api_versions,
                                                      body_of(versions, v::api_versions))));
  InitProducerIdResponse identity;
  identity.producer_id = 5;
  corpus.add("1-identity", joined({producer}, heard_step(ApiKey::init_producer_id, v::init_producer_id.last,
                                                         body_of(identity, v::init_producer_id.last))));
}

void make_client_talk(const std::filesystem::path& root) {
  const Corpus corpus(root, "fuzz_client");
  make_welcome_talk(corpus);
  for (const Heard& each : heard) {
    const MessageType& type = *find_message(each.api, Direction::response);
    for (const std::int16_t version : {each.versions.first, each.versions.last}) {
      RandomMessage random(static_cast<std::uint64_t>(each.api) * 100 + static_cast<std::uint64_t>(version));
      const Bytes body = encode(*type.random(random, version), version);
      corpus.add(
          std::to_string(each.client) + "-" + std::string(type.info.name) + "-v" + std::to_string(version),
          joined({each.client}, heard_step(each.api, version, body)));
    }
  }
  for (const Codec codec : {Codec::none, Codec::gzip, Codec::zstd})
    corpus.add("3-records-" + std::string(name_of(codec)),
               joined({assigned}, heard_step(ApiKey::fetch, v::fetch.last, fetched(v::fetch.last, codec))));
}

}  // namespace
}  // namespace mini::test

int main(int argc, char** argv) {
  if (argc != 3) return std::puts("usage: make-fuzz-corpus FOLDER GOLDEN-FOLDER"), 2;
  mini::test::make_messages(argv[1]);
  mini::test::make_frames(argv[1]);
  mini::test::make_batches(argv[1]);
  mini::test::make_connections(argv[1], argv[2]);
  mini::test::make_client_talk(argv[1]);
  return 0;
}
