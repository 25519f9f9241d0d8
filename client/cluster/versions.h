#pragma once

#include "protocol/wire/field.h"

// The versions of each API that this client can speak; of these and the broker's it takes the newest. The
// lower ends suit brokers from 2.1 on, the upper ends Apache Kafka 4.
namespace mini::client::versions {

using protocol::range;

inline constexpr protocol::VersionRange produce = range(3, 11);
inline constexpr protocol::VersionRange produce_zstd = range(7, 11);  // KIP-110
inline constexpr protocol::VersionRange fetch = range(4, 12);         // by name; ids come with 13
inline constexpr protocol::VersionRange list_offsets = range(1, 9);
inline constexpr protocol::VersionRange metadata = range(1, 12);  // below 4 it creates what it names
inline constexpr protocol::VersionRange offset_commit = range(2, 9);
inline constexpr protocol::VersionRange offset_fetch = range(1, 9);
inline constexpr protocol::VersionRange find_coordinator = range(1, 6);
inline constexpr protocol::VersionRange join_group = range(2, 9);
inline constexpr protocol::VersionRange sync_group = range(0, 5);
inline constexpr protocol::VersionRange heartbeat = range(0, 4);
inline constexpr protocol::VersionRange leave_group = range(0, 5);
inline constexpr protocol::VersionRange create_topics = range(1, 7);
inline constexpr protocol::VersionRange delete_topics = range(1, 6);
inline constexpr protocol::VersionRange delete_topics_by_id = range(6, 6);  // KIP-516
inline constexpr protocol::VersionRange create_partitions = range(0, 3);
inline constexpr protocol::VersionRange delete_records = range(0, 2);
inline constexpr protocol::VersionRange describe_configs = range(1, 4);
inline constexpr protocol::VersionRange incremental_alter_configs = range(0, 1);
inline constexpr protocol::VersionRange list_groups = range(0, 5);
inline constexpr protocol::VersionRange list_groups_by_state = range(4, 5);  // KIP-518
inline constexpr protocol::VersionRange list_groups_by_type = range(5, 5);   // KIP-848
inline constexpr protocol::VersionRange describe_groups = range(0, 5);
inline constexpr protocol::VersionRange delete_groups = range(0, 2);
inline constexpr protocol::VersionRange offset_fetch_all = range(2, 9);  // all that a group has committed
inline constexpr protocol::VersionRange offset_delete = range(0, 0);
inline constexpr protocol::VersionRange leave_group_for_others = range(3, 5);      // KIP-345
inline constexpr protocol::VersionRange list_offsets_max_timestamp = range(7, 9);  // KIP-734
inline constexpr protocol::VersionRange init_producer_id = range(0, 4);
inline constexpr std::int16_t api_versions = 3;

}  // namespace mini::client::versions
