// Kafka's own Java client talks to a broker; one line for each case. Started by test_java.py from this source, without a build.
import java.time.Duration;
import java.util.*;
import java.util.concurrent.TimeUnit;
import java.util.stream.*;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.*;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.*;
import org.apache.kafka.common.serialization.*;

public class Conversation {
  interface Story { void tell() throws Exception; }

  static final Duration POLL = Duration.ofMillis(100);
  static final long DEADLINE_S = 30;
  static String bootstrap, mark;
  static int passed = 0, failed = 0;

  static Map<String, Object> with(Object... pairs) {
    Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", bootstrap, "enable.metrics.push", false));
    for (int i = 0; i < pairs.length; i += 2) settings.put((String) pairs[i], pairs[i + 1]);
    return settings;
  }

  static void story(String name, Story story) {
    try {
      story.tell();
      passed++;
      System.out.println("ok java: " + name);
    } catch (Throwable why) {
      failed++;
      System.out.println("FAIL java: " + name + ": " + why);
      why.printStackTrace();
    }
  }

  static void equal(Object found, Object wanted) {
    if (!Objects.equals(found, wanted)) throw new AssertionError("found " + found + ", wanted " + wanted);
  }

  static <T> T get(KafkaFuture<T> future) throws Exception { return future.get(DEADLINE_S, TimeUnit.SECONDS); }

  static Class<?> refusal(KafkaFuture<?> future) throws Exception {
    try {
      get(future);
      return null;
    } catch (java.util.concurrent.ExecutionException error) {
      return error.getCause().getClass();
    }
  }

  static KafkaProducer<String, String> producer(Object... more) {
    return new KafkaProducer<>(with(more), new StringSerializer(), new StringSerializer());
  }

  static KafkaConsumer<String, String> consumer(Object... more) {
    var settings = with("auto.offset.reset", "earliest", "enable.auto.commit", false, "session.timeout.ms", 6000,
                        "heartbeat.interval.ms", 500);
    settings.putAll(with(more));
    return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
  }

  static List<ConsumerRecord<String, String>> take(Consumer<String, String> consumer, int count) {
    List<ConsumerRecord<String, String>> taken = new ArrayList<>();
    for (long end = System.nanoTime() + DEADLINE_S * 1_000_000_000L; taken.size() < count && System.nanoTime() < end;)
      consumer.poll(POLL).forEach(taken::add);
    equal(taken.size(), count);
    return taken;
  }

  static void produce(String topic, int count, Object... more) throws Exception {
    try (var producer = producer(more)) {
      var sent = IntStream.range(0, count).mapToObj(i -> producer.send(new ProducerRecord<>(topic, 0, "k" + i, "v" + i))).toList();
      for (var future : sent) future.get(DEADLINE_S, TimeUnit.SECONDS);
    }
  }

  static List<String> values(List<ConsumerRecord<String, String>> records) { return records.stream().map(ConsumerRecord::value).toList(); }

  static List<String> numbered(int from, int to) { return IntStream.range(from, to).mapToObj(i -> "v" + i).toList(); }

  static void producing() {
    for (var codec : List.of("none", "gzip", "snappy", "lz4", "zstd"))
      story("writes " + codec + " as an idempotent producer and reads it back", () -> {
        var topic = mark + codec;
        produce(topic, 500, "compression.type", codec, "linger.ms", 5, "batch.size", 2000);
        try (var reader = consumer()) {
          reader.assign(List.of(new TopicPartition(topic, 0)));
          equal(values(take(reader, 500)), numbered(0, 500));
        }
      });
    story("writes with acks 0 and 1 without idempotence", () -> {
      for (var acks : List.of("0", "1")) {
        var topic = mark + "acks" + acks;
        produce(topic, 20, "acks", acks, "enable.idempotence", false);
        try (var reader = consumer()) {
          reader.assign(List.of(new TopicPartition(topic, 0)));
          equal(values(take(reader, 20)), numbered(0, 20));
        }
      }
    });
    story("keeps headers, a null value and its time", () -> {
      var topic = mark + "shapes";
      try (var producer = producer()) {
        var record = new ProducerRecord<String, String>(topic, 0, 1_600_000_000_123L, "k", null);
        record.headers().add("a", new byte[] {1}).add("a", null);
        producer.send(record).get(DEADLINE_S, TimeUnit.SECONDS);
      }
      try (var reader = consumer()) {
        reader.assign(List.of(new TopicPartition(topic, 0)));
        var read = take(reader, 1).get(0);
        equal(read.value(), null);
        equal(read.timestamp(), 1_600_000_000_123L);
        equal(StreamSupport.stream(read.headers().spliterator(), false).map(h -> h.key() + (h.value() == null)).toList(),
              List.of("afalse", "atrue"));
      }
    });
  }

  static void reading() {
    var topic = mark + "reading";
    var place = new TopicPartition(topic, 0);
    story("finds offsets of times, the beginning and the end, and seeks", () -> {
      try (var producer = producer("compression.type", "lz4", "linger.ms", 200)) {
        for (long stamp : new long[] {1000, 3000, 2000, 4000}) producer.send(new ProducerRecord<>(topic, 0, stamp, "k", "v" + stamp));
      }
      try (var reader = consumer()) {
        equal(reader.beginningOffsets(List.of(place)), Map.of(place, 0L));
        equal(reader.endOffsets(List.of(place)), Map.of(place, 4L));
        equal(reader.offsetsForTimes(Map.of(place, 1500L)).get(place).offset(), 1L);
        equal(reader.offsetsForTimes(Map.of(place, 4001L)).get(place), null);
        reader.assign(List.of(place));
        reader.seek(place, 2);
        equal(values(take(reader, 2)), List.of("v2000", "v4000"));
        equal(reader.currentLag(place).getAsLong(), 0L);
      }
    });
    story("a group goes on from what it committed", () -> {
      var group = mark + "commits";
      try (var reader = consumer("group.id", group, "max.poll.records", 2)) {
        reader.subscribe(List.of(topic));
        take(reader, 2);
        reader.commitSync(Map.of(place, new OffsetAndMetadata(2, "a note")));
      }
      try (var reader = consumer("group.id", group)) {
        reader.subscribe(List.of(topic));
        equal(values(take(reader, 2)), List.of("v2000", "v4000"));
        equal(reader.committed(Set.of(place)).get(place).metadata(), "a note");
      }
    });
    story("a subscription creates the topic and reads what comes", () -> {
      try (var reader = consumer("group.id", mark + "auto", "metadata.max.age.ms", 300)) {
        reader.subscribe(List.of(mark + "auto"));
        for (long end = System.nanoTime() + DEADLINE_S * 1_000_000_000L; reader.assignment().isEmpty() && System.nanoTime() < end;)
          reader.poll(POLL);
        produce(mark + "auto", 1);
        take(reader, 1);
      }
    });
  }

  static void sharing() {
    story("two members take over step by step, one of them static", () -> {
      var topic = mark + "shared";
      try (var admin = Admin.create(with())) {
        get(admin.createTopics(List.of(new NewTopic(topic, 4, (short) 1))).all());
      }
      var first = consumer("group.id", mark + "group", "partition.assignment.strategy", List.of(CooperativeStickyAssignor.class));
      var second = consumer("group.id", mark + "group", "partition.assignment.strategy", List.of(CooperativeStickyAssignor.class),
                            "group.instance.id", "static-one");
      try {
        for (var member : List.of(first, second)) member.subscribe(List.of(topic));
        for (long end = System.nanoTime() + DEADLINE_S * 1_000_000_000L; System.nanoTime() < end;) {
          first.poll(POLL);
          second.poll(POLL);
          if (first.assignment().size() == 2 && second.assignment().size() == 2) break;
        }
        equal(first.assignment().size() + second.assignment().size(), 4);
        equal(Collections.disjoint(first.assignment(), second.assignment()), true);
        equal(first.groupMetadata().generationId(), second.groupMetadata().generationId());
      } finally {
        first.close();
        second.close();
      }
    });
  }

  static void administering() throws Exception {
    var topic = mark + "admin";
    try (var admin = Admin.create(with())) {
      story("creates, lists, describes and grows a topic", () -> {
        var made = admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1).configs(Map.of("retention.ms", "123456"))));
        equal(get(made.numPartitions(topic)), 2);
        equal(get(made.config(topic)).get("retention.ms").value(), "123456");
        equal(get(admin.listTopics().names()).contains(topic), true);
        get(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3))).all());
        var described = get(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
        equal(described.partitions().size(), 3);
        var byId = admin.describeTopics(TopicCollection.ofTopicIds(List.of(described.topicId())));
        equal(get(byId.allTopicIds()).get(described.topicId()).name(), topic);
        equal(refusal(admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all()), TopicExistsException.class);
        equal(refusal(admin.createTopics(List.of(new NewTopic("a/b", 1, (short) 1))).all()), InvalidTopicException.class);
        equal(refusal(admin.describeTopics(List.of(topic + "-none")).allTopicNames()), UnknownTopicOrPartitionException.class);
      });
      story("describes settings and the cluster", () -> {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        var options = new DescribeConfigsOptions().includeSynonyms(true).includeDocumentation(true);
        var entry = get(admin.describeConfigs(List.of(resource), options).all()).get(resource).get("retention.ms");
        equal(entry.value(), "123456");
        equal(entry.source(), ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG);
        equal(entry.type(), ConfigEntry.ConfigType.LONG);
        var cluster = admin.describeCluster();
        equal(get(cluster.nodes()).size(), 1);
        equal(get(cluster.controller()).id(), get(cluster.nodes()).iterator().next().id());
      });
      story("deletes records and lists offsets", () -> {
        produce(topic, 10);
        var place = new TopicPartition(topic, 0);
        equal(get(admin.deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(4))).lowWatermarks().get(place)).lowWatermark(), 4L);
        for (var asked : Map.of(OffsetSpec.earliest(), 4L, OffsetSpec.latest(), 10L).entrySet())
          equal(get(admin.listOffsets(Map.of(place, asked.getKey())).partitionResult(place)).offset(), asked.getValue());
        equal(refusal(admin.deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(99))).all()), org.apache.kafka.common.errors.OffsetOutOfRangeException.class);
      });
      story("lists, describes, alters and deletes groups", () -> {
        var group = mark + "described";
        var place = new TopicPartition(topic, 0);
        try (var reader = consumer("group.id", group)) {
          reader.subscribe(List.of(topic));
          take(reader, 6);
          reader.commitSync();
          var described = get(admin.describeConsumerGroups(List.of(group)).all()).get(group);
          equal(described.state().toString(), "Stable");
          equal(described.members().size(), 1);
          equal(described.members().iterator().next().assignment().topicPartitions().size(), 3);
          equal(refusal(admin.deleteConsumerGroups(List.of(group)).all()), GroupNotEmptyException.class);
        }
        var listed = get(admin.listConsumerGroups().all()).stream().filter(g -> g.groupId().equals(group)).findFirst().get();
        equal(listed.state().get().toString(), "Empty");
        get(admin.alterConsumerGroupOffsets(group, Map.of(place, new OffsetAndMetadata(7))).all());
        equal(get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()).get(place).offset(), 7L);
        get(admin.deleteConsumerGroupOffsets(group, Set.of(place)).all());
        equal(get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()).get(place), null);
        get(admin.deleteConsumerGroups(List.of(group)).all());
      });
      story("deletes a topic, which is gone then", () -> {
        get(admin.deleteTopics(List.of(topic)).all());
        equal(get(admin.listTopics().names()).contains(topic), false);
      });
    }
  }

  public static void main(String[] arguments) throws Exception {
    bootstrap = arguments[0];
    mark = "java-" + (arguments.length > 1 ? arguments[1] : ProcessHandle.current().pid()) + "-";
    producing();
    reading();
    sharing();
    administering();
    System.out.println("told " + passed + " " + failed);
  }
}
