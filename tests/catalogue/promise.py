"""What is promised of the program itself. Each promise starts programs of its own."""
import dataclasses
import typing

RUN_DEADLINE_S = 10


@dataclasses.dataclass
class Promise:
    id: str
    what: str
    act: typing.Callable  # of the binary; raises where the promise is not kept
