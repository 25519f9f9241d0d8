#pragma once

#include "client/consumer/fetcher.h"
#include "client/consumer/group_offsets.h"
#include "client/consumer/membership.h"
#include "client/consumer/offset_lookups.h"

// The consumer without threads, sockets or a clock.
//
//   ConsumerMachine consumer(cluster_options, consumer_options, wires, seed);
//   consumer.subscribe({"readings"}, now);
//   consumer.opened(link, now); consumer.received(link, bytes, now); consumer.lost(link, "cut", now);
//   while (consumer.next_deadline() <= now.monotonic) consumer.advance(now);
//   // what poll does:
//   consumer.polled(now);
//   while (auto event = consumer.take_event()) { listener(*event); consumer.event_done(*event, now); }
//   Records records(consumer.take_records());
//
// Call advance after every other call, after those of a poll where `take_stirred` says so. One thread at a
// time.
namespace mini::client {

class ConsumerMachine {
 public:
  using Topics = std::set<std::string, std::less<>>;
  using Matches = std::function<bool(const std::string&)>;

  ConsumerMachine(ClusterOptions cluster, ConsumerOptions options, Wires& wires, std::uint64_t seed);

  void subscribe(Topics topics, Now now);
  // Every topic but internal ones of which `matches` is true, now and later.
  void subscribe_matching(Matches matches, Now now);
  void assign(const std::vector<TopicPartition>& partitions, Now now);
  void unsubscribe(Now now);
  std::vector<TopicPartition> assignment() const { return positions_.names(); }

  void polled(Now now);
  std::optional<RebalanceEvent> take_event();
  void event_done(const RebalanceEvent& event, Now now);
  std::shared_ptr<const FetchedRecords> take_records();
  // Whether `polled` or `take_records` left something to do; a poll that only takes records is not worth an
  // advance.
  bool take_stirred() { return std::exchange(stirred_, false); }
  Error failure() const;  // what poll has to throw

  void commit(Offsets offsets, TimeMs deadline, GroupOffsets::Done done);
  void look_up(const std::vector<TopicPartition>& partitions, TimeMs deadline, GroupOffsets::Done done);
  Offsets consumed() const { return positions_.consumed(); }
  const AssignedPartition* find(const TopicPartition& partition) const { return positions_.find(partition); }
  // These give false where the partition is not assigned.
  bool seek(const TopicPartition& partition, Offset offset);
  bool seek_to_end(const TopicPartition& partition, ResetTo end);
  bool pause(const TopicPartition& partition, bool paused);
  std::vector<TopicPartition> paused() const;
  void look_up_times(OffsetLookups::Times times, TimeMs deadline, OffsetLookups::Done done);

  // What a listener has to hear before `begin_close`.
  std::optional<RebalanceEvent> closing_event() const;
  void begin_close(Now now, TimeMs deadline);
  bool closed() const { return offsets_.idle() && membership_.left(); }
  void abort(Now now);

  void opened(LinkId link, Now now) { cluster_.opened(link, now); }
  bool received(LinkId link, protocol::BytesView bytes, Now now) {
    return cluster_.received(link, bytes, now);
  }
  void lost(LinkId link, const std::string& reason, Now now) { cluster_.lost(link, reason, now); }
  void advance(Now now);
  TimeMs next_deadline() const;

  const ConsumerOptions& options() const { return options_; }
  const Membership& membership() const { return membership_; }
  std::vector<std::string> take_notices() { return membership_.take_notices(); }
  std::string last_problem() const;

 private:
  bool grouped() const { return !options_.group_id.empty(); }
  bool outside_its_group() const;
  AssignedPartition::Stage first_stage() const;
  void choose_topics();
  void match_topics(Now now);
  void auto_commit(Now now, TimeMs deadline);
  void look_up_positions();
  void on_looked_up(const std::map<TopicPartition, std::uint64_t>& asked, const Error& error,
                    const Offsets& found);

  const ConsumerOptions options_;
  Cluster cluster_;
  Coordinator coordinator_;
  Membership membership_;
  GroupOffsets offsets_;
  Positions positions_;
  Fetcher fetcher_;
  OffsetLookups lookups_;
  Matches matches_;
  std::uint64_t matched_version_ = 0;  // of the metadata
  bool manual_ = false;
  TimeMs auto_commit_at_ = 0;
  Offsets auto_committed_;
  bool stirred_ = false;
};

}  // namespace mini::client
