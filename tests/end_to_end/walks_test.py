"""Five walks, as people make them who come from another system: walks_test.py ROOT BUILD_DIR [WALK...].

Each types the commands of that system with our programs' names, on a desk of its own (scripts/terminals.py), and looks at
the lines and the files that the system showed. One line per walk, and at the end `N passed, N failed, N skipped`.
"""

import csv
import json
import pathlib
import sys
import time

root, build_dir = (pathlib.Path(each).resolve() for each in sys.argv[1:3])
sys.path.insert(0, str(root / "scripts"))

from terminals import Desk, Wrong, first_missing  # noqa: E402

SAMPLE = "sensor_gen/samples/air_quality_sample.csv"
SAMPLE_ROWS = 40
LISTENING = ["mini-broker ... listens on localhost:9092"]

WALKS = []


def walk(function):
    WALKS.append(function)
    return function


def check(condition, why):
    if not condition:
        raise Wrong(why)


def table(desk, name):
    with open(desk.folder / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines_of(desk, name):
    return (desk.folder / name).read_text(encoding="utf-8").splitlines()


# Each file as the system's own page shows it.
KRAFT = """process.roles=broker,controller
node.id=1
controller.quorum.voters=1@localhost:9093
listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
log.dirs=kraft-combined-logs
"""

GUIDE = KRAFT + """advertised.listeners=PLAINTEXT://localhost:9092
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
num.network.threads=3
num.io.threads=8
socket.send.buffer.bytes=102400
socket.receive.buffer.bytes=102400
socket.request.max.bytes=104857600
num.partitions=1
num.recovery.threads.per.data.dir=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
log.retention.hours=168
log.segment.bytes=1073741824
log.retention.check.interval.ms=300000
"""


@walk
def air_quality_with_a_kraft_file(desk):
    """A row a second there; here 20, the rest is the same."""
    desk.write("config/kraft/server.properties", KRAFT)
    desk.open("broker", "mini-broker config/kraft/server.properties")
    desk.wait_for("broker", LISTENING)
    consume = "alert-consumer --topic air_quality_data --group air_quality_group --no-db --csv"
    desk.open("consumer", consume)
    desk.wait_for("consumer", ["Consuming from topic: air_quality_data"])
    said = desk.run("sensor-gen --source uci --dataset " + SAMPLE + " --topic air_quality_data --create-topic --partitions 1"
                    " --interval 0.05")
    desk.expect(['... - INFO - Sent: {"Timestamp": "2031-05-03 05:00:00", "CO(GT)": ...}',
                 f"Sent {SAMPLE_ROWS} messages..."], said)
    desk.wait_for("consumer", ["... - INFO - Consumed: 2031-05-03 05:00:00", "... - INFO - Saved ... records with header"])
    desk.wait_for("consumer", ["... - INFO - Consumed: 2031-05-04 20:00:00"])
    desk.interrupt("consumer", [f"Messages processed: {SAMPLE_ROWS}"])
    rows = table(desk, "air_quality_streamed.csv")
    check(len(rows) == SAMPLE_ROWS, f"{len(rows)} rows in the file")
    check(rows[0]["Timestamp"] == "2031-05-03 05:00:00", f"it begins with {rows[0]}")
    # Again: appended, and the heading stays the only one.
    desk.run("sensor-gen --source uci --dataset " + SAMPLE + " --rate 0")
    desk.run(f"{consume} --count {SAMPLE_ROWS}")
    found = [row["Timestamp"] for row in table(desk, "air_quality_streamed.csv")]
    check(len(found) == 2 * SAMPLE_ROWS and "Timestamp" not in found, f"{len(found)} rows after the second run")


@walk
def the_guide_with_its_settings(desk):
    """Every setting of the guide's files; tools typed as kcat and Python type them."""
    desk.write("config/server.properties", GUIDE)
    desk.open("broker", "mini-broker config/server.properties")
    desk.wait_for("broker", LISTENING)
    desk.run("echo hello | kcat -b localhost:9092 -t test -P")
    desk.expect(["hello"], desk.run("kcat -b localhost:9092 -t test -C -o beginning -e -q"))
    desk.run("sensor-gen --source uci --dataset " + SAMPLE + " --rate 0 --quiet --create-topic --partitions 1"
             " --producer-property acks=all --producer-property retries=3 --producer-property compression.type=gzip"
             " --producer-property enable.idempotence=true")
    desk.expect(['  topic "air_quality_data" with 1 partitions:'], desk.run("kcat -b localhost:9092 -L"))
    consume = ("alert-consumer --topic air_quality_data --group air_quality_group --no-db --csv --csv-batch 100"
               " --consumer-property auto.offset.reset=earliest --consumer-property enable.auto.commit=true"
               f" --consumer-property isolation.level=read_committed --count {SAMPLE_ROWS}")
    desk.run(consume)
    check(len(table(desk, "air_quality_streamed.csv")) == SAMPLE_ROWS, "not every row is in the file")
    lag = desk.run_python("""
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
admin = KafkaAdminClient(bootstrap_servers="localhost:9092")
print([group for group, _ in admin.list_consumer_groups()])
committed = admin.list_consumer_group_offsets("air_quality_group")[TopicPartition("air_quality_data", 0)].offset
end = KafkaConsumer(bootstrap_servers="localhost:9092").end_offsets([TopicPartition("air_quality_data", 0)])
print("lag", list(end.values())[0] - committed)
""")
    desk.expect(["['air_quality_group']", "lag 0"], lag)


@walk
def two_listeners_and_the_first_phase(desk):
    """The compose file's environment, create_topic.py, and the flags of the phase that streams."""
    desk.open("broker", "CLUSTER_ID=MkU3OEVBNTcwNTJENDM2Qk KAFKA_PROCESS_ROLES=broker,controller KAFKA_NODE_ID=1"
              " KAFKA_LISTENERS=INSIDE://localhost:9092,OUTSIDE://localhost:29092"
              " KAFKA_ADVERTISED_LISTENERS=INSIDE://localhost:9092,OUTSIDE://localhost:29092"
              " KAFKA_LISTENER_SECURITY_PROTOCOL_MAP=INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT"
              " KAFKA_INTER_BROKER_LISTENER_NAME=INSIDE mini-broker")
    desk.wait_for("broker", ["...Kafka Server started..."])
    desk.expect(["...localhost:29092..."], desk.run("kcat -b localhost:29092 -L"))
    desk.write("create_topic.py", """
import sys
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import TopicAlreadyExistsError
admin = KafkaAdminClient(bootstrap_servers=sys.argv[4])
try:
    admin.create_topics([NewTopic(sys.argv[2], 1, 1)])
    print("created")
except TopicAlreadyExistsError:
    print("exists")
""")
    create = "python3 create_topic.py --topic air_quality --bootstrap localhost:29092"
    desk.expect(["created"], desk.run(create))
    desk.expect(["exists"], desk.run(create))
    desk.run("sensor-gen --source uci --dataset " + SAMPLE + " --qc --qc-file quality.csv")
    check(len(table(desk, "quality.csv")) > 10, "the quality summary has too few columns")
    desk.run("sensor-gen --source uci --dataset " + SAMPLE + " --fill mean --normalize --clip --sample --seed 1 --kafka"
             " --count 60 --bootstrap localhost:29092 --topic air_quality --rate 200 --batch-size 20"
             " --producer-property message.send.max.retries=3 --producer-property retry.backoff.ms=500"
             " --producer-property request.timeout.ms=20000")
    desk.run("alert-consumer --topic air_quality --count 60 --no-db --jsonl batches.jsonl")
    events = [json.loads(line) for line in lines_of(desk, "batches.jsonl")]
    check(len(events) == 60, f"{len(events)} events in the file")
    # On its first use a topic is there at once, too.
    desk.run("KAFKA_BOOTSTRAP_SERVERS=localhost:29092 sensor-gen --source uci --dataset " + SAMPLE + " --sample --kafka"
             " --count 5 --rate 0 --topic never_created")
    check(len(desk.run("kcat -b localhost:9092 -t never_created -C -o beginning -e -q").splitlines()) == 5, "not 5")


@walk
def the_course_lab(desk):
    desk.open("broker", "mini-broker")
    desk.wait_for("broker", LISTENING)
    said = desk.run("sensor-gen --source lab --topic weather-user1 --interval 0.05")
    desk.expect(["Sent 10 messages to weather-user1..."], said)
    desk.expect(['  topic "weather-user1" with 1 partitions:'], desk.run("kcat -b localhost:9092 -L"))
    shown = desk.run("kcat -b localhost:9092 -t weather-user1 -C -o earliest -e -q").splitlines()
    check({json.loads(line)["city"] for line in shown} <= {"Toronto", "Guangzhou", "Fuzhou"}, shown[0])
    desk.run("alert-consumer --topic weather-user1 --group lab --auto-offset-reset earliest --no-db --csv --count 10")
    check([list(row) for row in table(desk, "kafka_log.csv")] == [["timestamp", "city", "temperature"]] * 10, "the file")
    # It goes on where it was: of the next ten none is left out and none of the first comes again.
    desk.run("sensor-gen --source lab --topic weather-user1 --rate 0")
    desk.run("alert-consumer --topic weather-user1 --group lab --no-db --csv --count 10")
    kept = [row["timestamp"] for row in table(desk, "kafka_log.csv")]
    sent = [json.loads(line)["timestamp"]
            for line in desk.run("kcat -b localhost:9092 -t weather-user1 -C -o beginning -e -q").splitlines()]
    check(kept == sent, "kafka_log.csv is not what the topic holds")
    # From the latest: nothing of what is there, and why.
    desk.open("latest", "alert-consumer --topic weather-user1 --group late --auto-offset-reset latest --no-db --csv late.csv")
    desk.wait_for("latest", ["No message for 10 s: reading began at the latest record..."])
    desk.interrupt("latest", ["Messages processed: 0"])


@walk
def the_stand_in_in_three_terminals(desk):
    desk.open("broker", "mini-broker")
    desk.wait_for("broker", LISTENING)
    desk.open("consumer", "alert-consumer")
    desk.wait_for("consumer", ["Starting Kafka Real-time Streaming Pipeline", "Consuming from topic: sensor_data",
                               "Alert rules active: 7", "Consumer is running. Press Ctrl+C to stop."])
    desk.open("generator", "sensor-gen --use-kafka --num-sensors 10 --interval 0.05 --seed 7 --output-dir output"
              " --logfile generator.log --anomaly-spike-rate 0.3 --anomaly-stuck-rate 0.001 --anomaly-dropout-rate 0.001")
    desk.wait_for("generator", ["Connected to Kafka broker, topic: sensor_data", "Starting generator: 10 sensors, ...s interval",
                                "Generating REALISTIC Egyptian weather data..."])
    desk.wait_for("consumer", ["Processed 100 messages | ... alerts..."])
    desk.interrupt("generator", ["Sent ... messages..."])
    sent = len(desk.run("kcat -b localhost:9092 -t sensor_data -C -o beginning -e -q").splitlines())
    check(len(lines_of(desk, "output/sensor_data.jsonl")) == sent, "the JSON lines are not what was sent")
    check(len(table(desk, "output/sensor_data.csv")) == sent, "the CSV is not what was sent")
    wait_for_rows(desk, sent)
    said = desk.interrupt("consumer", [f"Messages processed: {sent}", "Alerts generated: ..."])
    by_type = desk.run('sqlite3 alerts.db "SELECT alert_type, COUNT(*) FROM alert_log'
                       " WHERE alert_ts > datetime('now','-1 hour') GROUP BY alert_type\"")
    counted = sum(int(line.split("|")[1]) for line in by_type.splitlines())
    check(counted > 0 and first_missing([f"Alerts generated: {counted}"], said) is None, f"{counted} alerts in the database")


def wait_for_rows(desk, count):
    """Until the star schema has a reading for each message."""
    query = 'sqlite3 -cmd ".timeout 5000" alerts.db "SELECT COUNT(*) FROM fact_weather_reading JOIN dim_sensor USING (sensor_id)"'
    deadline = time.monotonic() + 30
    while (found := int(desk.run(query))) != count:
        check(time.monotonic() < deadline, f"{found} readings stored, {count} sent")
        time.sleep(0.1)


def main():
    failed = 0
    chosen = [each for each in WALKS if not sys.argv[3:] or each.__name__ in sys.argv[3:]]
    for each in chosen:
        begun, name = time.monotonic(), each.__name__.replace("_", " ")
        try:
            with Desk(build_dir, root) as desk:
                each(desk)
        except Wrong as wrong:
            failed += 1
            print(f"FAIL {name}: {wrong}", flush=True)
        else:
            print(f"ok {name} ({time.monotonic() - begun:.1f} s)", flush=True)
    print(f"{len(chosen) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


sys.exit(main())
