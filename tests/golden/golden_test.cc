#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "protocol/frame.h"
#include "protocol/messages/fetch.h"
#include "protocol/messages/produce.h"
#include "protocol/records/record.h"
#include "tests/support/any_message.h"

// Frames captured from clients and brokers that were not written here; README.md tells their format.
namespace mini::test {
namespace {

using namespace protocol;

// What was captured when this was written: a file that is lost or no longer read is noticed.
constexpr std::size_t requests_min = 410;
constexpr std::size_t responses_min = 385;
constexpr std::size_t kinds_min = 63;  // an API at a version
constexpr std::size_t malformed_max = 9;

// What the mock cluster sends against the protocol, behind the correlation id: rightly refused.
struct MalformedAnswer {
  ApiKey api;
  std::int16_t version;
  const char* hex;
  const char* what;
};
constexpr MalformedAnswer malformed_answers[] = {
    {ApiKey::api_versions, 0, "00230100120000000200000000",
     "UNSUPPORTED_VERSION in the layout of no version"},
    {ApiKey::offset_fetch, 3, "00000000ffffffff0000", "null for a list that is never null"},
};

struct CapturedFrame {
  std::string place;  // file and line
  Direction direction;
  ApiKey api;
  std::int16_t version;
  Bytes bytes;
};

Bytes from_hex(const std::string& hex) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

std::vector<CapturedFrame> read_frames(const std::filesystem::path& path) {
  std::vector<CapturedFrame> frames;
  std::ifstream file(path);
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty() || line.starts_with('#')) continue;
    std::istringstream words(line);
    std::string direction, hex;
    int api = 0, version = 0;
    REQUIRE(static_cast<bool>(words >> direction >> api >> version >> hex));
    REQUIRE((direction == "request" || direction == "response"));
    frames.push_back({path.filename().string() + ":" + std::to_string(number),
                      direction == "request" ? Direction::request : Direction::response,
                      static_cast<ApiKey>(api), static_cast<std::int16_t>(version), from_hex(hex)});
  }
  return frames;
}

std::vector<std::vector<CapturedFrame>> all_files() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(MINI_GOLDEN_DIR))
    if (entry.path().extension() == ".frames") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<std::vector<CapturedFrame>> files;
  for (const auto& path : paths) files.push_back(read_frames(path));
  return files;
}

template <class Visit>
void for_each_frame(Visit&& visit) {
  for (const auto& file : all_files())
    for (const CapturedFrame& frame : file) {
      CAPTURE(frame.place);
      visit(frame);
    }
}

bool is_malformed(const CapturedFrame& frame) {
  constexpr std::size_t correlation_id_size = 4;
  return frame.direction == Direction::response &&
         std::any_of(std::begin(malformed_answers), std::end(malformed_answers), [&](const auto& known) {
           return known.api == frame.api && known.version == frame.version &&
                  from_hex(known.hex) == Bytes(frame.bytes.begin() + correlation_id_size, frame.bytes.end());
         });
}

bool refused(const CapturedFrame& frame, const MessageType& type) {
  Reader in(frame.bytes);
  in.int32();
  type.fresh()->read(in, frame.version);
  return !in.ok();
}

// Reads header and message and writes both again.
Bytes written_again(const CapturedFrame& frame, const MessageType& type) {
  Reader in(frame.bytes);
  OutBuffer buffer;
  Writer out(buffer);
  if (frame.direction == Direction::request) {
    RequestHeader header;
    const bool flexible = type.info.flexible.has(frame.version);
    read_request_header(in, header, flexible);
    CHECK(header.api == frame.api);
    CHECK(header.api_version == frame.version);
    write_request_header(out, header, flexible);
  } else {
    ResponseHeader header;
    const bool flexible = response_header_is_flexible(type.info, frame.version);
    read_response_header(in, header, flexible);
    write_response_header(out, header, flexible);
  }
  const auto message = type.fresh();
  message->read(in, frame.version);
  REQUIRE(in.ok());
  REQUIRE(in.at_end());
  message->write(out, frame.version);
  return buffer.copy();
}

// Counts the records of every batch in a `records` field; all of them must be sound.
std::size_t count_records(const Records& records, std::set<Codec>& codecs) {
  std::size_t count = 0;
  for (BytesView rest = records.view(); !rest.empty();) {
    const auto batch = BatchView::parse(rest);
    REQUIRE(batch);
    REQUIRE(batch->crc_matches());
    codecs.insert(batch->header().codec());
    Bytes room;
    RecordReader reader(*batch, room, std::size_t{1} << 20);
    std::size_t in_batch = 0;
    while (reader.next()) ++in_batch;
    REQUIRE(reader.status() == RecordReader::Status::ok);
    REQUIRE(in_batch == static_cast<std::size_t>(batch->header().record_count));
    count += in_batch;
    rest = rest.subspan(batch->header().size());
  }
  return count;
}

template <class M>
M message_in(const CapturedFrame& frame) {
  Reader in(frame.bytes);
  const bool flexible = M::info.flexible.has(frame.version);
  RequestHeader request;
  ResponseHeader response;
  if (frame.direction == Direction::request)
    read_request_header(in, request, flexible);
  else
    read_response_header(in, response, flexible);
  M message;
  read(in, message, frame.version);
  REQUIRE(in.ok());
  return message;
}

}  // namespace

TEST_CASE("every captured frame is read to its last byte and written as it was") {
  std::size_t requests = 0, responses = 0, malformed = 0;
  std::set<std::pair<ApiKey, std::int16_t>> kinds;
  for_each_frame([&](const CapturedFrame& frame) {
    const MessageType* type = find_message(frame.api, frame.direction);
    REQUIRE(type);
    REQUIRE(type->info.versions.has(frame.version));
    if (is_malformed(frame)) {
      CHECK(refused(frame, *type));
      ++malformed;
      return;
    }
    CHECK(written_again(frame, *type) == frame.bytes);
    ++(frame.direction == Direction::request ? requests : responses);
    kinds.insert({frame.api, frame.version});
  });
  MESSAGE(requests << " requests and " << responses << " responses of " << kinds.size() << " kinds; "
                   << malformed << " malformed answers of the mock refused");
  CHECK(malformed <= malformed_max);
  CHECK(requests >= requests_min);
  CHECK(responses >= responses_min);
  CHECK(kinds.size() >= kinds_min);
}

TEST_CASE("every file of captured frames has both directions") {
  const auto files = all_files();
  CHECK(files.size() >= 3);
  for (const auto& file : files) {
    const auto has = [&](Direction direction) {
      return std::any_of(file.begin(), file.end(), [&](const auto& f) { return f.direction == direction; });
    };
    CHECK(has(Direction::request));
    CHECK(has(Direction::response));
  }
}

TEST_CASE("every captured record batch has a right checksum and sound records, in all codecs") {
  std::size_t produced = 0, fetched = 0;
  std::set<Codec> codecs;
  for_each_frame([&](const CapturedFrame& frame) {
    if (frame.api == ApiKey::produce && frame.direction == Direction::request)
      for (const auto& topic : message_in<ProduceRequest>(frame).topic_data)
        for (const auto& partition : topic.partition_data)
          produced += count_records(partition.records, codecs);
    if (frame.api == ApiKey::fetch && frame.direction == Direction::response)
      for (const auto& topic : message_in<FetchResponse>(frame).responses)
        for (const auto& partition : topic.partitions) fetched += count_records(partition.records, codecs);
  });
  MESSAGE(produced << " records produced, " << fetched << " fetched");
  CHECK(produced > 0);
  CHECK(fetched > 0);
  CHECK(codecs.size() == 5);
}

}  // namespace mini::test
