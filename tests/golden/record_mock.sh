#!/usr/bin/env bash
# Captures the three clients against librdkafka's mock cluster anew: *-mock.frames. Needs kcat,
# python3-confluent-kafka, python3-kafka, python3-snappy, python3-lz4 and python3-zstandard.
set -euo pipefail
cd "$(dirname "$0")"
coproc MOCK { ./mock_cluster.py 2>/dev/null; }
read -r mock <&"${MOCK[0]}"
for client in kcat confluent-kafka kafka-python; do
  ./capture.py --upstream "$mock" --output "$client-mock.frames" \
    --note "$client against the mock cluster of librdkafka" -- ./conversations.py "$client" '{bootstrap}'
done
eval "exec ${MOCK[1]}>&-"
