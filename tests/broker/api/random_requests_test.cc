#include "tests/broker/api/groups_scene.h"
#include "tests/support/random_message.h"

// Requests made by chance, at every version of every API, half of their values such as mean something to
// this broker: each is answered in its version's layout, waits, or closes its connection; never more.
namespace mini::broker {

namespace {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}

  bool one_in(std::uint64_t count) { return random_.below(count) == 0; }
  template <class T>
  const T& any_of(const std::vector<T>& values) {
    return values[random_.below(values.size())];
  }

 private:
  Random random_;
};

// Half of the values become such as a broker with a topic "t" and a group "g" knows.
struct Tamer {
  Chance& chance;
  const std::vector<std::string>& texts;
  const std::vector<Bytes>& batches;
  const Uuid& topic_id;

  template <class T>
  void tame(T& value) {
    if constexpr (FieldList<T>)
      each_field<T>([&](const auto& f) { tame(value.*f.member); });
    else if constexpr (codec::is_optional<T>) {
      if (value) tame(*value);
    } else if constexpr (codec::is_vector<T>) {
      for (auto& element : value) tame(element);
    } else if (!chance.one_in(2)) {
      if constexpr (std::is_same_v<T, std::string>)
        value = chance.any_of(texts);
      else if constexpr (std::is_same_v<T, Uuid>)
        value = topic_id;
      else if constexpr (std::is_same_v<T, Records>)
        value = records_field(chance.any_of(batches));
      else if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>)
        value = static_cast<T>(chance.any_of(std::vector<int>{-1, 0, 1, 2, 100, 10'000}));
    }
  }
};

class Crowd {
 public:
  Crowd() : story_({.overrides = {{"mini.partitions.max", "2000"}, {"mini.groups.max", "200"}}}, 3) {
    member_ = settle_alone(story_.broker, story_.client, "g", "kitchen").member_id;
    texts_ = {"t", "g", "1", "kitchen", "consumer", "range", "retention.ms", "1000", "Stable", "", member_};
    batches_ = {batch_of({"a"}), batch_of({"a", "b"}, {.codec = Codec::gzip}),
                batch_of({"c"}, {.producer_id = 5, .producer_epoch = 0, .base_sequence = 0}), noise(70),
                Bytes()};
  }

  template <class Request, class Response>
  void meets(std::uint64_t seeds) {
    each_version<Request>([&](std::int16_t version) {
      for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        RandomMessage random(seed * 1000 + static_cast<std::uint64_t>(version));
        Chance chance(seed);
        const Uuid id = story_.id_of("t");
        Request request = random.make<Request>(version);
        const Request wild = request;
        Tamer{chance, texts_, batches_, id}.tame(request);
        keep_room(request, wild, version);
        one<Request, Response>(request, version);
      }
    });
  }

  std::size_t answered = 0, closed = 0, waiting = 0;

  // After all of that the broker works as ever.
  void check_alive() {
    waiting_.clear();
    story_.broker.advance(600s);
    story_.broker.create_topic("fresh");
    CHECK(story_.produce(batch_of({"alive"}), {"fresh", 0}).error_code == ErrorCode::none);
    CHECK(story_.values({"fresh", 0}) == Names{"alive"});
    CHECK(story_.broker.core().parked_fetch_count() == 0);
  }

 private:
  // Fields that a version has no room for stay at their defaults.
  template <class M>
  void keep_room(M& message, const M& wild, std::int16_t version) {
    each_field<M>([&](const auto& f) {
      auto& value = message.*f.member;
      using T = std::decay_t<decltype(value)>;
      if (!f.versions.has(version)) value = wild.*f.member;
      if constexpr (FieldList<T>) {
        keep_room(value, wild.*f.member, version);
      } else if constexpr (codec::is_vector<T>) {
        if constexpr (FieldList<typename T::value_type>)
          for (std::size_t i = 0; i < value.size(); ++i) keep_room(value[i], (wild.*f.member)[i], version);
      } else if constexpr (codec::is_optional<T>) {
        keep_room_in_optional(value, wild.*f.member, version);
      }
    });
  }
  template <class T>
  void keep_room_in_optional(std::optional<T>& value, const std::optional<T>& wild, std::int16_t version) {
    if (!value) return;
    if constexpr (FieldList<T>) {
      keep_room(*value, *wild, version);
    } else if constexpr (codec::is_vector<T>) {
      if constexpr (FieldList<typename T::value_type>)
        for (std::size_t i = 0; i < value->size(); ++i) keep_room((*value)[i], (*wild)[i], version);
    }
  }

  template <class Request, class Response>
  void one(const Request& request, std::int16_t version) {
    auto client = std::make_unique<TestClient>(story_.broker);
    auto pending = client->send<Response>(request, version);
    if (client->closed()) {
      ++closed;
      CHECK(client->why_closed() == "a produce with acks=0 failed");
    } else if (pending.answered()) {
      ++answered;
      pending.get();  // reads it strictly, to its last byte
    } else {
      ++waiting;
      waiting_.push_back(std::move(client));
    }
    if (waiting_.size() > 50) waiting_.erase(waiting_.begin());
    if ((answered + closed + waiting) % 100 == 0) story_.broker.advance(700ms);
    if (!story_.broker.core().topics().find("t")) story_.broker.create_topic("t", 3);
  }

  Story story_;
  std::string member_;
  std::vector<std::string> texts_;
  std::vector<Bytes> batches_;
  std::vector<std::unique_ptr<TestClient>> waiting_;
};

}  // namespace

TEST_CASE(
    "whatever a request says, it is answered in its version's layout, waits, or closes its connection") {
  constexpr std::uint64_t seeds = 60;
  Crowd crowd;
#define MINI_MEETS(Message) crowd.meets<Message##Request, Message##Response>(seeds);
  MINI_MEETS(Produce)
  MINI_MEETS(Fetch)
  MINI_MEETS(ListOffsets)
  MINI_MEETS(Metadata)
  MINI_MEETS(OffsetCommit)
  MINI_MEETS(OffsetFetch)
  MINI_MEETS(FindCoordinator)
  MINI_MEETS(JoinGroup)
  MINI_MEETS(Heartbeat)
  MINI_MEETS(LeaveGroup)
  MINI_MEETS(SyncGroup)
  MINI_MEETS(DescribeGroups)
  MINI_MEETS(ListGroups)
  MINI_MEETS(ApiVersions)
  MINI_MEETS(CreateTopics)
  MINI_MEETS(DeleteTopics)
  MINI_MEETS(DeleteRecords)
  MINI_MEETS(InitProducerId)
  MINI_MEETS(OffsetForLeaderEpoch)
  MINI_MEETS(DescribeConfigs)
  MINI_MEETS(CreatePartitions)
  MINI_MEETS(DeleteGroups)
  MINI_MEETS(OffsetDelete)
  MINI_MEETS(DescribeCluster)
  MINI_MEETS(DescribeTopicPartitions)
#undef MINI_MEETS
  MESSAGE(crowd.answered, " answered, ", crowd.closed, " closed, ", crowd.waiting, " waited");
  CHECK(crowd.answered > 5'000);
  CHECK(crowd.waiting > 20);
  crowd.check_alive();
}

}  // namespace mini::broker
