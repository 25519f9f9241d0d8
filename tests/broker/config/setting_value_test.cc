#include "broker/config/setting_value.h"

#include <doctest/doctest.h>

using namespace mini::broker;

TEST_CASE("values are judged by type, range and choice") {
  struct Row {
    Scope scope;
    std::string_view name, value, reason;  // no reason: valid
  };
  constexpr Scope b = Scope::broker, t = Scope::topic;
  const Row rows[] = {
      {b, "num.partitions", "3", ""},
      {b, "num.partitions", " +3 ", ""},
      {b, "num.partitions", "0", "must be at least 1"},
      {b, "num.partitions", "", "must be a whole number"},
      {b, "num.partitions", "3x", "must be a whole number"},
      {b, "num.partitions", "1.5", "must be a whole number"},
      {b, "num.partitions", "+-3", "must be a whole number"},
      {b, "num.partitions", "2147483647", ""},
      {b, "num.partitions", "2147483648", "must be at most 2147483647"},
      {b, "num.partitions", "99999999999999999999", "must be a whole number"},
      {b, "offsets.topic.replication.factor", "32768", "must be at most 32767"},
      {b, "log.retention.bytes", "9223372036854775807", ""},
      {b, "delete.topic.enable", "TRUE", ""},
      {b, "delete.topic.enable", "yes", "must be true or false"},
      {b, "log.cleanup.policy", "delete, compact", ""},
      {b, "log.cleanup.policy", "delete,shred", "must be one of delete,compact"},
      {b, "compression.type", "gzip,lz4", "must be one of producer,uncompressed,gzip,snappy,lz4,zstd"},
      {b, "ssl.key.password", "anything", ""},
      {t, "min.cleanable.dirty.ratio", "0.25", ""},
      {t, "min.cleanable.dirty.ratio", "1.01", "must be at most 1"},
      {t, "min.cleanable.dirty.ratio", "nan", "must be a number"},
      {t, "min.cleanable.dirty.ratio", "half", "must be a number"},
      {t, "retention.ms", "-2", "must be at least -1"},
      {t, "message.timestamp.type", "logappendtime", "must be one of CreateTime,LogAppendTime"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CAPTURE(row.value);
    CHECK(why_invalid(*find_setting(row.name, row.scope), row.value).value_or("") == row.reason);
  }
}

TEST_CASE("lists are split at commas, without the blanks around each part") {
  CHECK(split_list("") == std::vector<std::string_view>{});
  CHECK(split_list("  ") == std::vector<std::string_view>{});
  CHECK(split_list(" a , b,c ") == std::vector<std::string_view>{"a", "b", "c"});
  CHECK(split_list("a,,b") == std::vector<std::string_view>{"a", "", "b"});
}
