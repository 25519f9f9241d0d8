"""What the stories about groups have in common: a topic, what is written to it, and the group as the broker tells it."""

from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic

from harness import DEADLINE_S, wait_until

PARTITIONS = 6


def create(broker, stem):
    topic, client = broker.name(stem), KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    client.create_topics([NewTopic(topic, PARTITIONS, 1)])
    wait_until("it is listed", lambda: topic in client.list_topics())
    client.close()
    return topic


def write(broker, topic, each, mark):
    writer = KafkaProducer(bootstrap_servers=broker.bootstrap)
    for partition in range(PARTITIONS):
        for i in range(each):
            writer.send(topic, f"{mark} {partition} {i}".encode(), partition=partition)
    writer.flush(DEADLINE_S)
    writer.close()


def described(broker, group):
    client = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    try:
        return client.describe_consumer_groups([group])[0]
    finally:
        client.close()


def close(members):
    for member in members:
        member.close()
