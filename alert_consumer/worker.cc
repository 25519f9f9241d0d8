#include "alert_consumer/worker.h"

#include <algorithm>

namespace mini::alerts {
namespace {

using namespace std::chrono_literals;

constexpr auto glance = 50ms;  // how long a word from the other thread may go unnoticed

}  // namespace

Worker::Worker(Pipeline pipeline, WorkerHooks hooks)
    : pipeline_(std::move(pipeline)), hooks_(std::move(hooks)), thread_([this] { work(); }) {}

Worker::~Worker() {
  giving_up_ = true;
  stop();
}

bool Worker::offer(std::unique_ptr<Job>& job, std::chrono::milliseconds patience) {
  if (!jobs_.offer(job, patience)) return false;
  ++under_way_;
  return true;
}

std::unique_ptr<Outcome> Worker::outcome(std::chrono::milliseconds patience) {
  auto taken = outcomes_.take(patience);
  if (taken) --under_way_;
  return taken;
}

void Worker::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void Worker::work() {
  while (true) {
    const bool last_round = stopping_;  // what was offered before the word came is still taken
    const auto job = jobs_.take(last_round ? 0ms : glance);
    if (!job && last_round) return;
    if (!job) continue;
    auto outcome = std::make_unique<Outcome>(handle(*job));
    const bool over = outcome->problem.has_value();
    // There are more places than jobs: full only where nobody takes them, and then nobody misses them.
    while (!outcomes_.offer(outcome, glance) && !stopping_) continue;
    if (over) return;
  }
}

Outcome Worker::handle(Job& job) {
  if (job.finish) job.batch.now = hooks_.now();  // what it brings out is told with a time as well
  std::string trouble;
  while (true) {
    auto result = job.finish ? pipeline_.finish(job.batch.now) : pipeline_.write(job.batch);
    if (auto* stored = std::get_if<Stored>(&result)) {
      if (!trouble.empty()) hooks_.say("Writing goes on.");
      hooks_.written(job.batch, *stored);
      return {std::move(stored->positions), {}};
    }
    const auto& error = std::get<SinkError>(result);
    if (!error.retriable) return {{}, error.sentence};
    if (error.sentence != trouble) hooks_.say(error.sentence + "; trying again, nothing is skipped.");
    trouble = error.sentence;
    if (!wait_to_retry()) return {{}, error.sentence + "; what is not stored is read again by the next run"};
  }
}

// False where there is to be no other try.
bool Worker::wait_to_retry() {
  for (auto left = hooks_.retry_after; left > 0ms && !giving_up_; left -= glance)
    std::this_thread::sleep_for(std::min(left, std::chrono::milliseconds(glance)));
  return !giving_up_;
}

}  // namespace mini::alerts
