#include <doctest/doctest.h>

#include "protocol/messages/api_versions.h"
#include "protocol/messages/describe_topic_partitions.h"
#include "protocol/messages/fetch.h"
#include "protocol/messages/metadata.h"

// What the field list says beyond "these bytes in this order".
namespace mini::protocol {
namespace {

template <class M>
Bytes encoded(const M& message, std::int16_t version) {
  OutBuffer buffer;
  Writer out(buffer);
  write(out, message, version);
  return buffer.copy();
}

template <class M>
M decoded(const Bytes& bytes, std::int16_t version) {
  Reader in(bytes);
  M message;
  read(in, message, version);
  REQUIRE(in.ok());
  REQUIRE(in.at_end());
  return message;
}

}  // namespace

TEST_CASE("an ignorable field is left out of a version without room for it") {
  FetchRequest request;
  request.rack_id = "r1";  // since 11
  request.topics.resize(1);
  request.topics[0].topic = "readings";
  request.topics[0].topic_id.bytes[0] = 9;  // since 13
  const auto old = decoded<FetchRequest>(encoded(request, 4), 4);
  CHECK(old.rack_id.empty());
  CHECK(old.topics[0].topic == "readings");
  CHECK(old.topics[0].topic_id.is_zero());
  const auto recent = decoded<FetchRequest>(encoded(request, 16), 16);
  CHECK(recent.rack_id == "r1");
  CHECK(recent.topics[0].topic.empty());
  CHECK(recent.topics[0].topic_id == request.topics[0].topic_id);
}

TEST_CASE("a tagged field that holds its default takes no room") {
  ApiVersionsResponse response;
  const std::size_t without = encoded_size(response, 3);
  response.finalized_features_epoch = 0;  // the default is -1
  CHECK(encoded_size(response, 3) == without + 2 + 8);
  CHECK(encoded_size(response, 2) == 2 + 4 + 4);  // an ignorable field, and no tags in this version
}

TEST_CASE("named and unknown tagged fields are written in the order of their numbers") {
  FetchRequest request;
  request.cluster_id = "c";              // tag 0
  request.replica_state.replica_id = 5;  // tag 1
  request.unknown_tags[7] = {1, 2};
  const Bytes bytes = encoded(request, 15);
  const Bytes tail(bytes.end() - 24, bytes.end());
  // Three of them: cluster_id, replica_state, and two bytes without a name.
  CHECK(tail == Bytes{3,                                                               //
                      0, 2,  2, 'c',                                                   //
                      1, 13, 0, 0,   0, 5, 255, 255, 255, 255, 255, 255, 255, 255, 0,  //
                      7, 2,  1, 2});
  CHECK(decoded<FetchRequest>(bytes, 15) == request);
}

TEST_CASE("a tag number is a named field only from the version that named it") {
  FetchRequest request;
  request.topics.resize(1);
  request.topics[0].partitions.resize(1);
  request.topics[0].partitions[0].unknown_tags[0] = Bytes(16, 3);  // replica_directory_id since 17
  const auto before = decoded<FetchRequest>(encoded(request, 16), 16);
  CHECK(before == request);
  const auto after = decoded<FetchRequest>(encoded(request, 16), 17);
  CHECK(after.topics[0].partitions[0].unknown_tags.empty());
  CHECK(after.topics[0].partitions[0].replica_directory_id.bytes[15] == 3);
}

TEST_CASE("null, empty and a value are three different things") {
  MetadataRequest all;
  all.topics.reset();
  const MetadataRequest none;
  MetadataRequest one;
  one.topics->push_back({{}, "readings", {}});
  for (const std::int16_t version : {1, 9, 12})
    for (const MetadataRequest& request : {all, none, one})
      CHECK(decoded<MetadataRequest>(encoded(request, version), version) == request);
}

TEST_CASE("a struct that may be null has one byte in front of it") {
  DescribeTopicPartitionsRequest request;
  const std::size_t without = encoded_size(request, 0);
  request.cursor = DescribeTopicPartitionsRequest::Cursor{"t", 0, {}};
  CHECK(encoded_size(request, 0) == without + 2 + 4 + 1);
  CHECK(decoded<DescribeTopicPartitionsRequest>(encoded(request, 0), 0) == request);
}

TEST_CASE("records are spliced, not copied, and come back as a view") {
  const auto log = std::make_shared<Bytes>(100, std::uint8_t{42});
  FetchResponse response;
  response.responses.resize(1);
  auto& partition = response.responses[0].partitions.emplace_back();
  partition.records.add(Slice(*log, log));
  OutBuffer buffer;
  Writer out(buffer);
  write(out, response, 12);
  bool seen = false;
  buffer.for_each_piece([&](BytesView piece) { return seen = seen || piece.data() == log->data(), true; });
  CHECK(seen);
  const Bytes bytes = buffer.copy();
  Reader in(bytes);
  FetchResponse back;
  read(in, back, 12);
  const BytesView view = back.responses[0].partitions[0].records.view();
  CHECK(view.data() >= bytes.data());
  CHECK(view.data() + view.size() <= bytes.data() + bytes.size());
  CHECK(back == response);
}

}  // namespace mini::protocol
