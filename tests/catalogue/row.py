"""A row of the catalogue: what is done to the broker, and what must come of it."""
import dataclasses
import typing

SAME = object()
OWN_SETTINGS = "needs a broker with settings of its own"
OWN_PROCESS = "looks at the broker's process"

# The brokers that rows are tried on, by name: overrides of each.
BROKERS = {
    "plain": {"group.initial.rebalance.delay.ms": 0, "socket.listen.backlog.size": 1024},
    "hasty": {"group.initial.rebalance.delay.ms": 0, "group.min.session.timeout.ms": 100, "mini.frame.deadline.ms": 300},
    "idle": {"connections.max.idle.ms": 1000},
    "small": {"group.max.size": 2, "mini.partitions.max": 50, "group.initial.rebalance.delay.ms": 0},
    "crowded": {"socket.listen.backlog.size": 1024, "group.initial.rebalance.delay.ms": 1000, "mini.groups.max": 20000},
}


@dataclasses.dataclass
class Row:
    id: str
    what: str
    act: typing.Callable           # of a World; returns what came of it
    ours: typing.Any               # what must come of it
    kafka: typing.Any = SAME       # what a real Apache Kafka 4.2 does, where that differs on purpose
    broker: str = "plain"          # which of BROKERS
    within_ms: int = 5000
    not_replayed: str = ""         # why a real broker is not asked

    def why_not_replayed(self):
        return self.not_replayed or (OWN_SETTINGS if self.broker != "plain" else "")
