#!/usr/bin/python3
"""Runs librdkafka's mock cluster with one broker: prints its address, and ends when its input does."""

import ctypes
import sys

RD_KAFKA_PRODUCER = 0


def main():
    library = ctypes.CDLL("librdkafka.so.1")
    for name in ("rd_kafka_conf_new", "rd_kafka_new", "rd_kafka_mock_cluster_new"):
        getattr(library, name).restype = ctypes.c_void_p
    library.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
    reason = ctypes.create_string_buffer(512)
    handle = library.rd_kafka_new(RD_KAFKA_PRODUCER, ctypes.c_void_p(library.rd_kafka_conf_new()), reason, 512)
    if not handle:
        sys.exit(reason.value.decode())
    cluster = library.rd_kafka_mock_cluster_new(ctypes.c_void_p(handle), 1)
    print(library.rd_kafka_mock_cluster_bootstraps(ctypes.c_void_p(cluster)).decode(), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
