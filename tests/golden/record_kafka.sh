#!/usr/bin/env bash
# Captures the three clients and Kafka's own against a real Apache Kafka anew: *-kafka.frames. Needs Java 17 and mvn as well.
# Exit code 77 where Apache Kafka cannot be had.
set -euo pipefail
cd "$(dirname "$0")"
if [ $# -eq 0 ]; then
  exec ../interop/real_kafka.py -- "./$(basename "$0")" '{}'
fi
capture() {
  ./capture.py --upstream "$2" --output "$1-kafka.frames" --of-a-kind-max 3 --note "$1 against Apache Kafka" \
    -- ./conversations.py "$1" '{bootstrap}'
}
for client in kcat confluent-kafka kafka-python java; do
  capture "$client" "$1"
done
# The admin client asks whether a group is of the newer kind (69, ConsumerGroupDescribe), which is not declared here.
sed -i '/^[a-z]* 69 /d' java-kafka.frames
