#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "protocol/messages/produce.h"
#include "protocol/records/record.h"

// What the log of a topic should be, and answers to Produce requests made from it.
namespace mini::test {

// A partition as Kafka judges sequences: the last five batches of each producer are remembered, and one that
// was not seen before may begin with any number.
struct ModelPartition {
  struct Producer {
    std::int32_t next_sequence = 0;
    struct Seen {
      std::int32_t base_sequence;
      std::int32_t record_count;
      mini::Offset base_offset;
    };
    std::deque<Seen> last;
  };
  std::vector<std::string> values;
  std::map<mini::ProducerId, Producer> producers;

  protocol::ErrorCode append(const mini::protocol::BatchView& batch, mini::Offset& base_offset) {
    const auto& header = batch.header();
    auto& [next_sequence, last] = producers[header.producer_id];
    for (const auto& seen : last)
      if (seen.base_sequence == header.base_sequence && seen.record_count == header.record_count) {
        base_offset = seen.base_offset;
        return protocol::ErrorCode::none;
      }
    if (!last.empty() && header.base_sequence != next_sequence)
      return protocol::ErrorCode::out_of_order_sequence_number;
    base_offset = static_cast<mini::Offset>(values.size());
    last.push_back({header.base_sequence, header.record_count, base_offset});
    if (last.size() > 5) last.pop_front();
    next_sequence = header.base_sequence + header.record_count;
    protocol::Bytes room;
    mini::protocol::RecordReader records(batch, room, 1 << 20);
    while (const auto record = records.next()) values.emplace_back(*record->value);
    return protocol::ErrorCode::none;
  }
};

// `judge(data, base_offset)` gives the error code of each batch.
template <class Judge>
protocol::ProduceResponse answer_each(const protocol::ProduceRequest& request, Judge judge) {
  protocol::ProduceResponse response;
  for (const auto& topic : request.topic_data) {
    auto& answer = response.responses.emplace_back();
    answer.name = topic.name;
    for (const auto& data : topic.partition_data) {
      auto& each = answer.partition_responses.emplace_back();
      each.index = data.index;
      each.error_code = judge(data, each.base_offset);
    }
  }
  return response;
}

inline protocol::ProduceResponse store_in(std::map<int, ModelPartition>& partitions,
                                          const protocol::ProduceRequest& request) {
  return answer_each(request, [&](const auto& data, Offset& base_offset) {
    return partitions[data.index].append(*protocol::BatchView::parse(data.records.view()), base_offset);
  });
}

}  // namespace mini::test
