"""Planted violations: each must be found, with file, line and arrow, and nothing else may be."""
import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "check_arrows.py"

ALLOWED = [
    ("broker/log/segment.cc", '#include "broker/log/segment.h"'),
    ("broker/log/segment.h", '#include "protocol/records/record_batch.h"'),
    ("broker/api/fetch.cc", '#include "broker/topics/topic_registry.h"'),
    ("broker/groups/group.h", '#include "broker/topics/partition.h"'),
    ("protocol/frame.cc", '#include "protocol/wire/reader.h"'),
    ("protocol/wire/reader.h", '#include "protocol/ids.h"'),
    ("broker/server/listener.cc", "#include <boost/asio.hpp>"),
    ("client/transport/tcp.cc", "#include <boost/asio/ip/tcp.hpp>"),
    ("broker/log/index.h", "#include <boost/container/small_vector.hpp>"),
    ("alert_consumer/rules.cc", "#include <nlohmann/json.hpp>"),
    ("sensor_gen/main.cc", "#include <mini/producer.h>"),
    ("client/producer/settings.cc", '#include "client/settings/reader.h"'),
    ("client/runtime/producer.cc", '#include "client/producer/batch.h"'),
    ("sensor_gen/feed.cc", '#include "client/include/mini/producer.h"'),
    ("embedded/broker.cc", '#include "broker/core/broker.h"'),
    ("tests/broker/log/segment_test.cc", '#include "broker/server/listener.h"'),
    ("tests/broker/log/json_test.cc", "#include <nlohmann/json.hpp>"),
    ("build-other/x.cc", '#include "nowhere.h"'),
    ("broker/log/prose.cc", '// #include "broker/server/listener.h"'),
]

FORBIDDEN = [
    ("broker/log/segment.cc", '#include "broker/api/table.h"', "broker/log -> broker/api"),
    ("broker/log/segment.h", '  #  include "broker/server/listener.h"', "broker/log -> broker/server"),
    ("broker/groups/group.cc", '#include "broker/txn/producer_ids.h"', "broker/groups -> broker/txn"),
    ("broker/txn/ids.cc", '#include "broker/groups/group.h"', "broker/txn -> broker/groups"),
    ("broker/env/random.h", '#include "broker/config/table.h"', "broker/env -> broker/config"),
    ("broker/core/broker.cc", '#include "broker/server/listener.h"', "broker/core -> broker/server"),
    ("broker/core/x.cc", '#include "client/cluster/metadata.h"', "broker/core -> client/cluster"),
    ("protocol/ids.h", '#include "protocol/wire/reader.h"', "protocol -> protocol/wire"),
    ("protocol/wire/reader.h", '#include "protocol/frame.h"', "protocol/wire -> protocol/frame"),
    ("protocol/records/batch.h", '#include "protocol/messages/fetch.h"', "protocol/records -> protocol/messages"),
    ("client/producer/batch.cc", '#include "broker/log/segment.h"', "client/producer -> broker/log"),
    ("client/producer/batch.h", '#include "client/transport/tcp.h"', "client/producer -> client/transport"),
    ("client/settings/x.cc", '#include "client/producer/batch.h"', "client/settings -> client/producer"),
    ("client/cluster/x.cc", "#include <mini/embedded_broker.h>", "client/cluster -> embedded"),
    ("sensor_gen/main.cc", '#include "client/producer/batch.h"', "sensor_gen -> client/producer"),
    ("alert_consumer/main.cc", '#include "sensor_gen/feed.h"', "alert_consumer -> sensor_gen"),
    ("broker/log/x.h", "#include <boost/asio.hpp>", "Boost.Asio"),
    ("broker/api/x.cc", "#include <nlohmann/json.hpp>", "nlohmann/json"),
    ("broker/config/x.cc", "#include <CLI/CLI.hpp>", "CLI11"),
    ("broker/core/x.cc", "#include <spdlog/spdlog.h>", "spdlog"),
    ("broker/server/x.h", "#include <spdlog/spdlog.h>", "spdlog"),
    ("client/include/mini/producer.h", "#include <boost/asio/io_context.hpp>", "Boost.Asio"),
    ("client/producer/x.cc", "#include <boost/asio/steady_timer.hpp>", "Boost.Asio"),
    ("broker/log/x.cc", '#include "segment.h"', "in no box"),
    ("broker/log/x.cc", '#include "tests/support/fake.h"', "in no box"),
    ("cli/main.cc", "#include <vector>", "in no box"),
]


def check(name, line):
    """Exit code and output of the script over a tree with that one file, the line on its line 3."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for other in ("client/include/mini/producer.h", "embedded/include/mini/embedded_broker.h", name):
            (root / other).parent.mkdir(parents=True, exist_ok=True)
            (root / other).write_text("#pragma once\n", encoding="utf-8")
        (root / name).write_text(f"#pragma once\n#include <vector>\n{line}\n", encoding="utf-8")
        done = subprocess.run([SCRIPT, folder], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


class CheckArrowsTest(unittest.TestCase):
    def test_arrows_that_point_down_pass(self):
        for name, line in ALLOWED:
            with self.subTest(file=name, line=line):
                self.assertEqual(check(name, line), (0, "every arrow points down\n"))

    def test_every_planted_violation_is_named_with_file_line_and_arrow(self):
        for name, line, arrow in FORBIDDEN:
            with self.subTest(file=name, line=line):
                code, output = check(name, line)
                self.assertEqual(code, 1, output)
                self.assertEqual(len(output.splitlines()), 1, output)
                self.assertIn(arrow, output)
                self.assertTrue(output.startswith(f"{name}:{'1' if name.startswith('cli/') else '3'}: "), output)


if __name__ == "__main__":
    unittest.main()
