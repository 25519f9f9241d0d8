#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "alert_consumer/idle.h"
#include "alert_consumer/log_watch.h"
#include "alert_consumer/options.h"
#include "alert_consumer/resume.h"
#include "alert_consumer/worker.h"
#include "mini/consumer.h"

// The poll thread: reads, judges, hands batches to the database's thread, and tells the group how far all is
// stored.
//
//   ReaderClients clients = reader_clients(options);     // throws KafkaError(invalid_config)
//   Reader reader(options, rules, std::move(clients), worker, std::move(store), stop);
//   const std::string problem = reader.run();        // until `stop`, enough messages, or a problem
//
// A batch is handed over only after the broker has confirmed which log its records belong to.
namespace mini::alerts {

// Made before anything is opened, so that a setting that cannot be used leaves nothing behind.
struct ReaderClients {
  LogWatch watch;
  Consumer consumer;
};
ReaderClients reader_clients(const Options& options);

class Reader {
 public:
  // `positions` is a store of this thread's own on the worker's file; nothing without a database.
  Reader(const Options& options, const RuleSet& rules, ReaderClients clients, Worker& worker,
         std::optional<Store> positions, const std::atomic<bool>& stop);

  std::string run();  // what went wrong; empty: nothing

 private:
  bool stopping() const { return stop_ || !problem_.empty(); }
  bool enough() const;
  void step();
  void look_for_topic();
  std::string why_nothing_began() const;
  void tell_trouble();
  void tell_idle();
  IdleFacts idle_facts();

  // Which log it is.
  bool learn_log();
  bool confirm_log();
  void go_to_new_log(const std::string& topic_id);

  // Who reads what, and from where.
  void assigned(std::span<const TopicPartition> partitions);
  void revoked(std::span<const TopicPartition> partitions, bool still_ours);
  void seek(std::span<const TopicPartition> partitions);
  std::vector<Position> stored_positions();

  // To the database's thread and back.
  void hand_over(const Records& records);
  std::optional<std::int64_t> lag() const;
  void settle(Millis patience = Millis(0));  // takes what is stored; its positions wait for commit
  void drain();
  void commit(bool wait);
  void finish();

  const Options& options_;
  Worker& worker_;
  Judge judge_;
  std::optional<Store> positions_;
  const std::atomic<bool>& stop_;
  LogWatch watch_;
  Log log_;  // that is being read
  std::set<TopicPartition> ours_;
  Offsets to_commit_;
  IdleWatch idle_;
  IdleExit idle_exit_;
  IdleExit::Time look_again_;
  bool position_was_known_ = false, finished_ = false;
  std::uint64_t handed_over_ = 0;  // messages
  std::string trouble_, commit_trouble_;
  std::string problem_;  // why it cannot go on
  Consumer consumer_;
};

}  // namespace mini::alerts
