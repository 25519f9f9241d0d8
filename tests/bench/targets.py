"""What was aimed at, and what came of it: each target is a figure of the tables, a bar and a moonshot."""

import statistics

MINI, MOCK, PING = "mini-broker", "librdkafka's mock", "two-core ping-pong"


class Tables:
    """Medians over rounds, and medians of ratios within a round; None where a peer or a table is not there."""

    def __init__(self, tables):
        self.tables = tables

    def rounds(self, title, column, figure):
        for table in self.tables:
            if table.title.startswith(title):
                for name, results in table.results.items():
                    if name.startswith(column):
                        return [figures.get(figure) for figures in results]
        return []

    def median(self, title, column, figure):
        values = [value for value in self.rounds(title, column, figure) if value is not None]
        return statistics.median(values) if values else None

    def ratio(self, title, figure, column, over, figure_over=None):
        pairs = zip(self.rounds(title, column, figure), self.rounds(title, over, figure_over or figure))
        values = [a / b for a, b in pairs if a is not None and b]
        return statistics.median(values) if values else None


def kfake_worst(t):
    """The least of how many times better we are, over all tables where kfake is."""
    least = []
    for table in t.tables:
        if "kfake" not in table.results or MINI not in table.results:
            continue
        ratio = t.ratio(table.title, table.ratio_of, MINI, "kfake")
        lower_is_better = not table.ratio_of.endswith("per_s")
        least.append(1 / ratio if lower_is_better else ratio)
    return min(least) if least else None


SMALL, BULK, FETCH = "Produce, 100 B x 1,", "Produce, 1 KiB x 900", "Catch-up fetch, 16 partitions of 4.4 MB, 1 MiB"
AT_LEAST, AT_MOST = True, False


def latency_rows(t):
    for rate in (1000, 10000):
        title = f"End-to-end latency, {rate} "
        for figure, bar, moonshot in (("p50_us", 2.5, 2), ("p99_us", 5, 3)):
            yield (f"latency at {rate:,}/s: {figure[:3]} / the ping-pong's p50", t.ratio(title, figure, MINI, PING, "p50_us"),
                   AT_MOST, bar, moonshot)


def client_rows(t):
    for size, bar, moonshot in ((100, 3, 6), (1024, 2, 3)):
        for what in ("produce", "consume"):
            for linger in (", linger 0", ", linger 5") if what == "produce" else ("",):
                title = f"Client library, {what}, {size} B{linger}"
                yield (f"CPU a message, librdkafka / ours: {title[16:]}",
                       t.ratio(title, "ns_per_record", "librdkafka", "mini-client"), AT_LEAST, bar, moonshot)


def rows(t):
    """(what, value, whether more is better, bar, moonshot)."""
    yield "small produce, requests/s / the mock's", t.ratio(SMALL, "requests_per_s", MINI, MOCK), AT_LEAST, 1, 1.2
    yield "broker CPU of a small request, us", t.median(SMALL, MINI, "broker_us_per_request"), AT_MOST, 6.5, 4.8
    yield "bulk produce, MB/s / the mock's", t.ratio(BULK, "mb_per_s", MINI, MOCK), AT_LEAST, 0.75, 0.95
    yield "broker CPU of a produced MB, us", t.median(BULK, MINI, "broker_us_per_mb"), AT_MOST, 120, 85
    yield "catch-up fetch, MB/s / the mock's", t.ratio(FETCH, "mb_per_s", MINI, MOCK), AT_LEAST, 2, 2.9
    yield "catch-up fetch, MB/s / iperf3's", t.ratio(FETCH, "mb_per_s", MINI, "iperf3"), AT_LEAST, 0.6, 0.7
    yield from latency_rows(t)
    kafka, start, resident = "Apache Kafka", "From spawn", "Resident memory"
    yield "CPU of a produced MB / Kafka's", t.ratio(BULK, "broker_us_per_mb", MINI, kafka), AT_MOST, 0.5, 0.25
    yield "CPU of a fetched MB / Kafka's", t.ratio(FETCH, "broker_us_per_mb", MINI, kafka), AT_MOST, 0.5, 0.25
    yield "p99 at 1,000/s / Kafka's", t.ratio("End-to-end latency, 1000 ", "p99_us", MINI, kafka), AT_MOST, 0.2, 0.1
    yield "start, Kafka's / ours", t.ratio(start, "p50_ms", kafka, MINI), AT_LEAST, 300, 1000
    yield "resident memory, Kafka's / ours", t.ratio(resident, "rss_mib", kafka, MINI), AT_LEAST, 50, 150
    yield "how many times better than kfake, in the worst row", kfake_worst(t), AT_LEAST, 1, 1
    yield "start to the first Metadata answer, ms", t.median(start, MINI, "p50_ms"), AT_MOST, 3, 1
    yield "resident memory idle, MiB", t.median(resident, MINI, "rss_mib"), AT_MOST, 6, 3
    yield "an empty partition, KiB", t.median("10,000 empty", MINI, "kib_per_partition"), AT_MOST, 1, 0.3
    for count in (1000, 10000):
        title = f"{count} idle connections"
        yield f"beside {count:,} idle connections, p90 / alone", t.ratio(title, "beside_p90_us", MINI, MINI,
                                                                         "alone_p90_us"), AT_MOST, 1.2, 1.05
    yield "an idle connection, KiB", t.median("1000 idle", MINI, "kib_per_connection"), AT_MOST, 8, 1.5
    yield ("produce over 10,000 partitions / over 4", t.ratio("Produce over 4", "requests_per_s", "10000", "4 "), AT_LEAST, 0.8,
           0.95)
    yield "a group of 100 forms, ms", t.median("A group of 100", MINI, "formed_ms"), AT_MOST, 1000, 150
    yield "in process, million messages/s", millions(t.median("In process", MINI, "records_per_s")), AT_LEAST, 5, 30
    yield ("readings/s / a loop with nlohmann/json", t.ratio("Readings", "readings_per_s", "alert-consumer", "nlohmann"),
           AT_LEAST, 0.5, 0.8)
    yield from client_rows(t)


def millions(value):
    return None if value is None else value / 1e6


def verdict(value, more_is_better, bar, moonshot):
    if value is None:
        return "not measured"
    reached = lambda goal: value >= goal if more_is_better else value <= goal  # noqa: E731
    return "moonshot" if reached(moonshot) else "yes" if reached(bar) else "**no**"


def as_markdown(tables):
    lines = ["| | measured | bar | moonshot | reached |", "|---|---|---|---|---|"]
    for what, value, more, bar, moonshot in rows(Tables(tables)):
        sign = "≥" if more else "≤"
        shown = "" if value is None else f"{value:.3g}"
        lines.append(f"| {what} | {shown} | {sign} {bar:g} | {sign} {moonshot:g} | {verdict(value, more, bar, moonshot)} |")
    return "\n".join(lines)
