#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "mini/admin_types.h"
#include "mini/config.h"

// Looks at the cluster and changes it. Every call waits for its answer, at most `timeout`.
//
//   mini::Admin admin({{"bootstrap.servers", "localhost:9092"}});
//   auto errors = admin.create_topics({{.name = "readings", .partitions = 3}});
//   if (errors["readings"]) ...
//   auto topics = admin.describe_topics({"readings"});
//
// Each question goes to the broker that can answer it (the controller, a group's coordinator, a partition's
// leader), and is asked again while it is the wrong one or not ready. Errors of one key stand at that key;
// what fails the whole call is thrown as KafkaError: timed_out (nobody answered), unsupported (the broker
// does not serve what is needed). Any thread may call any function.
namespace mini {

namespace client {
class AdminFace;
}

class Admin {
 public:
  static constexpr Millis default_timeout{30'000};

  explicit Admin(const Config& config);  // throws KafkaError(invalid_config); connects later
  Admin(Admin&&) noexcept;
  Admin& operator=(Admin&&) noexcept;
  ~Admin();

  // `validate_only`: says what would happen, and changes nothing.
  Errors create_topics(const std::vector<NewTopic>& topics, Millis timeout = default_timeout,
                       bool validate_only = false);
  Errors delete_topics(const std::vector<std::string>& names, Millis timeout = default_timeout);
  Errors delete_topics_by_id(const std::vector<std::string>& ids, Millis timeout = default_timeout);
  // To so many partitions in all.
  Errors create_partitions(const std::map<std::string, std::int32_t>& counts,
                           Millis timeout = default_timeout, bool validate_only = false);
  std::vector<std::string> list_topics(bool internal = false, Millis timeout = default_timeout);  // sorted
  PerKey<TopicInfo> describe_topics(const std::vector<std::string>& names, Millis timeout = default_timeout);
  ClusterInfo describe_cluster(Millis timeout = default_timeout);

  Results<ConfigResource, ConfigEntries> describe_configs(const std::vector<ConfigResource>& resources,
                                                          Millis timeout = default_timeout);
  std::map<ConfigResource, Error> alter_configs(
      const std::map<ConfigResource, std::vector<ConfigChange>>& changes, Millis timeout = default_timeout,
      bool validate_only = false);

  // Of all brokers, by id; only those in one of the states and of one of the types, where any are given.
  std::vector<GroupListing> list_groups(const std::vector<std::string>& states = {},
                                        const std::vector<std::string>& types = {},
                                        Millis timeout = default_timeout);
  PerKey<GroupInfo> describe_groups(const std::vector<std::string>& groups, Millis timeout = default_timeout);
  Errors delete_groups(const std::vector<std::string>& groups, Millis timeout = default_timeout);
  // Members by their group.instance.id, or by member id where they have none. All: whoever is in it now.
  Errors remove_members_from_group(const std::string& group, const std::vector<GroupMember>& members,
                                   Millis timeout = default_timeout);
  Errors remove_all_members_from_group(const std::string& group, Millis timeout = default_timeout);

  // All that the group has committed.
  Offsets list_group_offsets(const std::string& group, Millis timeout = default_timeout);
  // Only while the group has no members.
  std::map<TopicPartition, Error> alter_group_offsets(const std::string& group, const Offsets& offsets,
                                                      Millis timeout = default_timeout);
  std::map<TopicPartition, Error> delete_group_offsets(const std::string& group,
                                                       const std::vector<TopicPartition>& partitions,
                                                       Millis timeout = default_timeout);
  Results<TopicPartition, ListedOffset> list_offsets(const std::map<TopicPartition, OffsetSpec>& questions,
                                                     Millis timeout = default_timeout);
  // What lies before the offset (-1: all there is); gives where the partition begins now.
  Results<TopicPartition, std::int64_t> delete_records(const std::map<TopicPartition, std::int64_t>& before,
                                                       Millis timeout = default_timeout);

  std::string last_problem() const;  // the latest trouble in reaching the cluster; empty while all is well

 private:
  std::unique_ptr<client::AdminFace> face_;
};

}  // namespace mini
