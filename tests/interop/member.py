#!/usr/bin/python3
"""A member of a consumer group in a process of its own, so that it can be killed. Says what happens to it, a JSON
object a line: assigned, revoked, message, error. Ends when its standard input ends.

    member.py confluent|kafka-python BOOTSTRAP GROUP TOPIC [STRATEGY [SESSION_MS]]
"""

import json
import select
import sys

HEARTBEAT_MS = 500
POLL_S = 0.1


def say(event, **more):
    print(json.dumps({"event": event, **more}), flush=True)


def told_to_stop():
    ready, _, _ = select.select([sys.stdin], [], [], 0)
    return bool(ready) and not sys.stdin.buffer.raw.read(1)


def confluent(bootstrap, group, topic, strategy, session_ms):
    from confluent_kafka import Consumer

    # The generation is in the log of the cgrp context only; whoever started us reads it there.
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": group,
            "session.timeout.ms": session_ms,
            "heartbeat.interval.ms": HEARTBEAT_MS,
            "auto.offset.reset": "earliest",
            "debug": "cgrp",
            "partition.assignment.strategy": strategy,
            "topic.metadata.refresh.interval.ms": 500,
        }
    )
    consumer.subscribe(
        [topic],
        on_assign=lambda _, p: say("assigned", partitions=[x.partition for x in p]),
        on_revoke=lambda _, p: say("revoked", partitions=[x.partition for x in p]),
    )
    while not told_to_stop():
        message = consumer.poll(POLL_S)
        if message is not None and message.error():
            say("error", text=str(message.error()))
        elif message is not None:
            say("message", partition=message.partition(), offset=message.offset(), value=message.value().decode())
    consumer.close()


def kafka_python(bootstrap, group, topic, strategy, session_ms):
    from kafka import ConsumerRebalanceListener, KafkaConsumer
    from kafka.coordinator.assignors.range import RangePartitionAssignor
    from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor

    known = {"range": RangePartitionAssignor, "roundrobin": RoundRobinPartitionAssignor}
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=group,
        session_timeout_ms=session_ms,
        heartbeat_interval_ms=HEARTBEAT_MS,
        auto_offset_reset="earliest",
        metadata_max_age_ms=500,
        partition_assignment_strategy=[known[name] for name in strategy.split(",")],
    )

    class Listener(ConsumerRebalanceListener):
        def on_partitions_assigned(self, assigned):
            generation = consumer._coordinator._generation.generation_id
            say("assigned", partitions=[x.partition for x in assigned], generation=generation)

        def on_partitions_revoked(self, revoked):
            say("revoked", partitions=[x.partition for x in revoked])

    consumer.subscribe([topic], listener=Listener())
    while not told_to_stop():
        for messages in consumer.poll(timeout_ms=int(POLL_S * 1000)).values():
            for message in messages:
                say("message", partition=message.partition, offset=message.offset, value=message.value.decode())
    consumer.close()


def main(family, bootstrap, group, topic, strategy="range", session_ms="6000"):
    run = {"confluent": confluent, "kafka-python": kafka_python}[family]
    run(bootstrap, group, topic, strategy, int(session_ms))


if __name__ == "__main__":
    main(*sys.argv[1:])
