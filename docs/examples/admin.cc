// Makes a topic, tells about it, and tells how far each group has read: admin [HOST:PORT [TOPIC]]
#include <mini/admin.h>

#include <iostream>

int main(int argc, char** argv) try {
  const std::string topic = argc > 2 ? argv[2] : "readings";
  mini::Admin admin({{"bootstrap.servers", argc > 1 ? argv[1] : "localhost:9092"}});

  // One error for each topic: neighbours do not notice each other.
  for (const auto& [name, error] : admin.create_topics({{.name = topic, .partitions = 3}}))
    if (error && error.code != mini::kafka_error(36))  // TOPIC_ALREADY_EXISTS
      std::cerr << error.message() << '\n';

  for (const auto& [name, found] : admin.describe_topics({topic}))
    if (const auto* info = std::get_if<mini::TopicInfo>(&found))
      std::cout << name << ": " << info->partitions.size() << " partitions\n";
    else
      std::cout << std::get<mini::Error>(found).message() << '\n';

  for (const mini::GroupListing& group : admin.list_groups())
    for (const auto& [partition, committed] : admin.list_group_offsets(group.id)) {
      const auto ends = admin.list_offsets({{partition, mini::OffsetSpec::latest()}});
      if (const auto* end = std::get_if<mini::ListedOffset>(&ends.at(partition)))
        std::cout << group.id << ' ' << partition.topic << '-' << partition.partition << ": "
                  << end->offset - committed.offset << " records behind\n";
    }
} catch (const mini::KafkaError& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
