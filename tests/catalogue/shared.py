"""What the catalogue shares with the interop tests: waiting, the codec, record batches, questions to a broker."""
import pathlib
import sys

INTEROP = pathlib.Path(__file__).resolve().parent.parent / "interop"
sys.path[:0] = [str(INTEROP), str(INTEROP / "probe")]

import asking  # noqa: E402,F401
import batch  # noqa: E402,F401
from harness import check, check_equal, wait_until  # noqa: E402,F401
from wire import Closed, Codec, Connection, Reader, Writer  # noqa: E402,F401
