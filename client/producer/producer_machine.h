#pragma once

#include "client/cluster/cluster.h"
#include "client/producer/accumulator.h"
#include "protocol/messages/init_producer_id.h"
#include "protocol/messages/produce.h"

// The producer without threads, sockets or a clock: records and bytes go in, bytes and settled batches come
// out. This is what a simulation drives:
//
//   ProducerMachine producer(cluster_options, producer_options, wires, seed);
//   OnDelivery done = ...;
//   producer.append(record, done, nullptr, now);     // unknown_topic: again once time has passed
//   producer.opened(link, now); producer.received(link, bytes, now); producer.lost(link, "cut", now);
//   while (producer.next_deadline() <= now.monotonic) producer.advance(now);
//   for (BatchPtr batch : producer.take_settled()) { batch->tell(); producer.told(*batch); }
//
// Call advance after each of opened, received, lost and append. One thread at a time, except for
// `accumulator()`: its `append` may be called by any thread meanwhile, and what it does not take is for
// `append` here, which looks up topics and fails what can never be sent.
//
// Retries keep each partition's order, except without idempotence and with several requests in flight: what
// was sent after a batch that comes again may be stored before it. With idempotence a batch keeps its
// sequence numbers over retries, so that it is stored once. Where a batch ends without anybody knowing
// whether it was stored (its delivery timeout passed), what follows in its partition goes out under a new
// producer id.
namespace mini::client {

class ProducerMachine {
 public:
  ProducerMachine(ClusterOptions cluster, ProducerOptions options, Wires& wires, std::uint64_t seed);

  Appended append(const RecordView& record, OnDelivery& done, Receipt* receipt, Now now);
  void refuse(const RecordView& record, OnDelivery& done, Receipt* receipt, Error error, Now now) {
    accumulator_.refuse(record, done, receipt, std::move(error), now);
  }
  Accumulator& accumulator() { return accumulator_; }
  // Everything taken so far is sent without lingering. Gives the number for `told_up_to`.
  std::uint64_t flush();
  bool told_up_to(std::uint64_t number) const { return accumulator_.told_up_to(number); }
  // What is not settled fails; nothing is sent any more.
  void abort(const Error& error, Now now);

  void opened(LinkId link, Now now) { cluster_.opened(link, now); }
  bool received(LinkId link, protocol::BytesView bytes, Now now);
  void lost(LinkId link, const std::string& reason, Now now);
  void advance(Now now);
  TimeMs next_deadline() const;

  std::vector<BatchPtr> take_settled() { return accumulator_.take_settled(); }
  void told(Batch& batch);
  std::size_t unsettled() const { return accumulator_.unsettled(); }
  std::uint64_t metadata_version() const { return cluster_.metadata().version(); }
  std::string last_problem() const { return cluster_.last_problem(); }
  // Whether `append` ended the lingering of batches since the last time: somebody should call advance.
  bool take_hurried() { return std::exchange(hurried_, false); }
  const ProducerOptions& options() const { return options_; }

 private:
  using Response = protocol::ProduceResponse::PartitionProduceResponse;
  struct Sent {
    PartitionQueue* queue;
    BatchPtr batch;
  };
  using Requests = std::map<NodeId, std::vector<Sent>>;

  // producer_machine.cc: when to send
  void publish();
  void trim(Now now);
  void expire(Now now);
  void expire(PartitionQueue& queue, Now now);
  void drain(Now now);
  bool drain_once(Now now);
  bool may_send(const PartitionQueue& queue, const Batch& batch) const;
  bool due(const PartitionQueue& queue, const Batch& batch, Now now) const;
  void pick(PartitionQueue& queue, Requests& requests, std::map<NodeId, std::size_t>& sizes, Now now);
  void seal(PartitionQueue& queue, Batch& batch);
  void send(NodeId node, std::vector<Sent> batches, Now now);

  // producer_answers.cc: what came of it
  void on_answer(NodeId node, const std::vector<Sent>& batches, Reply<protocol::ProduceResponse>& reply);
  void on_result(const Sent& sent, const Response& result);
  void on_failure(const Sent& sent, const Error& error);
  void on_refused(const Sent& sent, protocol::ErrorCode code, Error error);
  void on_unknown(const Sent& sent, const Error& error);
  void retry(const Sent& sent);
  void give_up(const Sent& sent, const Error& error);

  // producer_identity.cc: the producer id
  bool identified() const { return !options_.idempotent || identity_.known(); }
  void maybe_identify(Now now);
  void on_identity(Reply<protocol::InitProducerIdResponse>& reply);
  bool has_numbers(const PartitionQueue& queue, const Batch& batch) const;
  void mend_sequences();

  const ProducerOptions options_;
  Cluster cluster_;
  Accumulator accumulator_;
  Now now_;

  std::map<NodeId, std::size_t> in_flight_;  // requests
  std::size_t next_queue_ = 0;               // where draining begins, so that all get their turn
  std::uint64_t flush_number_ = 0;           // batches up to this one do not linger
  bool hurried_ = false;
  std::uint64_t published_ = 0;  // the version of the metadata that appending threads see
  TimeMs trim_at_ = never;       // nothing to do until then: memory is given back
  Error ended_;                  // set: everything fails with it

  Batch::Identity identity_;  // what a partition begins with
  bool identifying_ = false;
  TimeMs identify_at_ = 0;
  Backoff identify_backoff_;
  Backoff retry_backoff_;
};

}  // namespace mini::client
