#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "alert_consumer/handover.h"
#include "alert_consumer/pipeline.h"

// The database's thread: writes batch after batch while the poll thread reads on.
//
//   Worker worker(std::move(pipeline), hooks);
//   while (!worker.offer(job, 100ms)) commit(worker.outcome());   // full: the poll thread looks after the
//   rest if (auto outcome = worker.outcome()) commit(outcome->positions); worker.stop(); // what was offered
//   is written first
//
// What fails and may pass is tried again until it succeeds, and said once. The poll thread calls everything
// here; the hooks are called on the database's thread.
namespace mini::alerts {

struct Job {
  Batch batch;
  bool finish = false;  // bring out what is held back; the batch is empty
};

struct Outcome {
  std::vector<Position> positions;     // to be told to the group
  std::optional<std::string> problem;  // the thread has ended: it cannot go on
};

struct WorkerHooks {
  std::function<void(const Batch&, const Stored&)> written;
  std::function<void(const std::string& line)> say;
  std::function<UtcSeconds()> now;
  std::chrono::milliseconds retry_after{1'000};
};

class Worker {
 public:
  static constexpr std::size_t jobs_max = 4;
  static constexpr std::size_t outcomes_max = 4 * jobs_max;

  Worker(Pipeline pipeline, WorkerHooks hooks);
  ~Worker();  // stop()

  bool offer(std::unique_ptr<Job>& job,
             std::chrono::milliseconds patience);  // false: full; it stays with you
  std::unique_ptr<Outcome> outcome(std::chrono::milliseconds patience = {});
  std::size_t under_way() const { return under_way_; }  // offered, and their outcome not taken yet

  // No retries from now on: what cannot be written is left, to be read again by the next run.
  void give_up() { giving_up_ = true; }
  void stop();  // writes what was offered, then ends the thread; outcomes can still be taken

 private:
  void work();
  Outcome handle(Job& job);
  bool wait_to_retry();

  Pipeline pipeline_;
  WorkerHooks hooks_;
  Handover<Job, jobs_max> jobs_;
  Handover<Outcome, outcomes_max> outcomes_;
  std::size_t under_way_ = 0;  // the poll thread's
  std::atomic<bool> stopping_ = false, giving_up_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace mini::alerts
