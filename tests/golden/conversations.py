#!/usr/bin/python3
"""What each client says while its frames are captured.

    tests/golden/conversations.py kcat|confluent-kafka|kafka-python|java HOST:PORT

What the broker does not serve is said and passed over: librdkafka's mock has no admin requests.
"""

import pathlib
import subprocess
import sys
import uuid

RECORDS = 20
CODECS = ("none", "gzip", "snappy", "lz4", "zstd")


def attempt(what, action):
    try:
        action()
        print(f"{what}: done")
    except Exception as error:  # pylint: disable=broad-except  (each client has its own)
        print(f"{what}: {type(error).__name__}: {error}")


def kcat(bootstrap):
    topic = "golden-kcat"

    def run(*words, text=None):
        command = ("kcat", "-b", bootstrap, *words)
        subprocess.run(command, input=text, text=True, check=True, timeout=60, stdout=subprocess.DEVNULL)

    attempt("list", lambda: run("-L"))
    for codec in CODECS:
        lines = "".join(f"k{i}:{codec} {i} 21.5 °C\n" for i in range(RECORDS))
        attempt(f"produce {codec}",
                lambda: run("-P", "-t", topic, "-z", codec, "-K:", "-H", "unit=°C", text=lines))
    attempt("produce idempotently",
            lambda: run("-P", "-t", topic, "-X", "enable.idempotence=true", text="once\n"))
    attempt("consume", lambda: run("-C", "-t", topic, "-o", "beginning", "-e"))
    attempt("find by time", lambda: run("-Q", "-t", f"{topic}:0:1"))
    attempt("consume in a group",
            lambda: run("-X", "auto.offset.reset=earliest", "-c", str(RECORDS), "-G", "golden-kcat", topic))


def confluent(bootstrap):
    from confluent_kafka import Consumer, Producer, TopicPartition
    from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic

    topic = "golden-confluent"
    common = {"bootstrap.servers": bootstrap}
    admin = AdminClient(common)

    def each(futures):
        for future in futures.values():
            future.result(20)

    def produce(more):
        producer = Producer({**common, **more})
        for i in range(RECORDS):
            producer.produce(topic, f"reading {i}".encode(), f"k{i % 3}", headers={"n": str(i)})
        assert producer.flush(30) == 0, "not everything was sent"

    def consume():
        consumer = Consumer({**common, "group.id": "golden-confluent", "auto.offset.reset": "earliest",
                             "enable.auto.commit": False, "session.timeout.ms": 6000})
        consumer.subscribe([topic])
        for _ in range(RECORDS):
            message = consumer.poll(20)
            assert message and not message.error(), "nothing came"
        consumer.commit(asynchronous=False)
        for partition in consumer.assignment():
            consumer.committed([partition], 10)
            consumer.get_watermark_offsets(partition, 10)
        consumer.offsets_for_times([TopicPartition(topic, 0, 1)], 10)
        consumer.close()

    attempt("create a topic", lambda: each(admin.create_topics([NewTopic(topic, 2, 1)], request_timeout=10)))
    attempt("list topics", lambda: admin.list_topics(timeout=10))
    for codec in CODECS:
        attempt(f"produce {codec}", lambda: produce({"compression.type": codec, "acks": "1"}))
    attempt("produce idempotently", lambda: produce({"enable.idempotence": True}))
    attempt("produce without waiting", lambda: produce({"acks": "0"}))
    attempt("consume", consume)
    attempt("list groups", lambda: admin.list_groups(timeout=10))
    attempt("describe a topic", lambda: each(admin.describe_configs([ConfigResource("topic", topic)],
                                                                    request_timeout=10)))
    attempt("add partitions", lambda: each(admin.create_partitions([NewPartitions(topic, 3)], request_timeout=10)))
    attempt("delete a topic", lambda: each(admin.delete_topics([topic], request_timeout=10)))


def kafka_python(bootstrap):
    from kafka import KafkaConsumer, KafkaProducer, TopicPartition
    from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewPartitions, NewTopic

    topic = "golden-python"

    def produce(codec):
        producer = KafkaProducer(bootstrap_servers=bootstrap, compression_type=None if codec == "none" else codec)
        for i in range(RECORDS):
            producer.send(topic, b"reading %d" % i, key=b"k%d" % (i % 3), headers=[("n", b"%d" % i)])
        producer.flush(30)
        producer.close()

    def consume():
        consumer = KafkaConsumer(topic, bootstrap_servers=bootstrap, group_id="golden-python",
                                 auto_offset_reset="earliest", consumer_timeout_ms=15000,
                                 enable_auto_commit=False, client_id=f"golden-{uuid.UUID(int=1)}")
        for count, _ in enumerate(consumer, 1):
            if count == RECORDS:
                break
        consumer.commit()
        for partition in consumer.assignment():
            consumer.committed(partition)
        first = TopicPartition(topic, 0)
        consumer.beginning_offsets([first])
        consumer.end_offsets([first])
        consumer.offsets_for_times({first: 1})
        consumer.close()

    def administer():
        admin = KafkaAdminClient(bootstrap_servers=bootstrap)
        other = topic + "-2"
        attempt("create a topic", lambda: admin.create_topics([NewTopic(other, 1, 1)]))
        attempt("describe the cluster", admin.describe_cluster)
        attempt("describe a topic", lambda: admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, other)]))
        attempt("add partitions", lambda: admin.create_partitions({other: NewPartitions(2)}))
        attempt("list groups", admin.list_consumer_groups)
        attempt("describe a group", lambda: admin.describe_consumer_groups(["golden-python"]))
        attempt("list its offsets", lambda: admin.list_consumer_group_offsets("golden-python"))
        attempt("delete a group", lambda: admin.delete_consumer_groups(["golden-python"]))
        attempt("delete a topic", lambda: admin.delete_topics([other]))
        admin.close()

    for codec in CODECS:
        attempt(f"produce {codec}", lambda: produce(codec))
    attempt("consume", consume)
    attempt("administer", administer)


def java(bootstrap):
    sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "interop"))
    import test_java

    def tell():  # 3.9 is the last release whose newest versions are all among those that are declared here
        done = test_java.tell("3.9.1", bootstrap, "golden")
        print(done.stdout, end="")
        assert done.returncode == 0, done.stderr

    attempt("tell the java client's stories", tell)


CLIENTS = {"kcat": kcat, "confluent-kafka": confluent, "kafka-python": kafka_python, "java": java}

if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in CLIENTS:
        sys.exit(__doc__)
    CLIENTS[sys.argv[1]](sys.argv[2])
