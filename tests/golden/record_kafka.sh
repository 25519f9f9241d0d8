#!/usr/bin/env bash
# Captures the three clients against a real Apache Kafka anew: *-kafka.frames. Needs Java 17 and mvn as well.
# Exit code 77 where Apache Kafka cannot be had.
set -euo pipefail
cd "$(dirname "$0")"
if [ $# -eq 0 ]; then
  exec ../interop/real_kafka.py -- "./$(basename "$0")" '{}'
fi
for client in kcat confluent-kafka kafka-python; do
  ./capture.py --upstream "$1" --output "$client-kafka.frames" --of-a-kind-max 4 \
    --note "$client against Apache Kafka" -- ./conversations.py "$client" '{bootstrap}'
done
