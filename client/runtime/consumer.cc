#include "mini/consumer.h"

#include "client/runtime/consumer_face.h"
#include "client/runtime/owned.h"

namespace mini {

Consumer::Consumer(const Config& config)
    : face_(client::owned(std::make_unique<client::ConsumerFace>(config, client::transport_for(config)))) {}
Consumer::Consumer(Consumer&&) noexcept = default;
Consumer& Consumer::operator=(Consumer&&) noexcept = default;
Consumer::~Consumer() = default;

void Consumer::subscribe(std::vector<std::string> topics, RebalanceListener listener) {
  face_->subscribe(std::move(topics), std::move(listener));
}
void Consumer::subscribe_pattern(const std::string& regex, RebalanceListener listener) {
  face_->subscribe_pattern(regex, std::move(listener));
}
void Consumer::assign(std::vector<TopicPartition> partitions) { face_->assign(std::move(partitions)); }
void Consumer::unsubscribe() { face_->unsubscribe(); }
std::vector<TopicPartition> Consumer::assignment() const { return face_->assignment(); }
std::vector<std::string> Consumer::subscription() const { return face_->subscription(); }
GroupMetadata Consumer::group_metadata() const { return face_->group_metadata(); }

Records Consumer::poll(Millis timeout) { return face_->poll(timeout); }
void Consumer::wakeup() noexcept { face_->wakeup(); }
void Consumer::pause(std::span<const TopicPartition> partitions) { face_->pause(partitions, true); }
void Consumer::resume(std::span<const TopicPartition> partitions) { face_->pause(partitions, false); }
std::vector<TopicPartition> Consumer::paused() const { return face_->paused(); }

void Consumer::commit_sync() { face_->commit_sync(std::nullopt); }
void Consumer::commit_sync(const Offsets& offsets) { face_->commit_sync(offsets); }
void Consumer::commit_async(OnCommit done) { face_->commit_async(std::nullopt, std::move(done)); }
void Consumer::commit_async(const Offsets& offsets, OnCommit done) {
  face_->commit_async(offsets, std::move(done));
}
Offsets Consumer::committed(std::span<const TopicPartition> partitions, Millis timeout) {
  return face_->committed(partitions, timeout);
}

std::int64_t Consumer::position(const TopicPartition& partition, Millis timeout) {
  return face_->position(partition, timeout);
}
void Consumer::seek(const TopicPartition& partition, std::int64_t offset) { face_->seek(partition, offset); }
void Consumer::seek(std::span<const TopicPartition> partitions, SeekTo where) {
  face_->seek(partitions, where);
}
std::optional<std::int64_t> Consumer::lag(const TopicPartition& partition) const {
  return face_->lag(partition);
}

std::map<TopicPartition, OffsetAndTimestamp> Consumer::offsets_for_times(
    const std::map<TopicPartition, Timestamp>& times, Millis timeout) {
  return face_->offsets_for_times(times, timeout);
}
std::map<TopicPartition, std::int64_t> Consumer::beginning_offsets(std::span<const TopicPartition> partitions,
                                                                   Millis timeout) {
  return face_->ends(partitions, SeekTo::beginning, timeout);
}
std::map<TopicPartition, std::int64_t> Consumer::end_offsets(std::span<const TopicPartition> partitions,
                                                             Millis timeout) {
  return face_->ends(partitions, SeekTo::end, timeout);
}

Error Consumer::close(Millis timeout) { return face_->close(timeout); }
std::string Consumer::last_problem() const { return face_->last_problem(); }
void Consumer::on_log(OnLog log) { face_->on_log(std::move(log)); }

}  // namespace mini
