#!/usr/bin/env bash
# Captures the three clients against mini-broker itself anew: *-mini.frames. record_mini.sh [BROKER]
set -euo pipefail
cd "$(dirname "$0")"
broker=${1:-../../build/mini-broker}
folder=$(mktemp -d)
"$broker" --listen 127.0.0.1:0 --port-file "$folder/port" --override group.initial.rebalance.delay.ms=500 \
  --log-level warn >/dev/null &
trap 'kill %1; rm -rf "$folder"' EXIT
until [ -s "$folder/port" ]; do sleep 0.05; done
for client in kcat confluent-kafka kafka-python; do
  ./capture.py --upstream "127.0.0.1:$(cat "$folder/port")" --output "$client-mini.frames" --of-a-kind-max 3 \
    --note "$client against mini-broker" -- ./conversations.py "$client" '{bootstrap}'
done
