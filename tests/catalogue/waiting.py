"""Rows of the catalogue that are about what is not served yet: each with its reason, none of them counted as passed."""

TLS = "TLS is not served yet"
LOGIN = "login (SASL) is not served yet"
ACCESS = "there is no access control yet"
TRANSACTIONS = "transactions are not served yet"
SESSIONS = "fetch sessions are not served yet: every fetch is a whole one"
DISK = "records are kept in memory, there is no disk to fail"
TELEMETRY = "clients' telemetry is not served yet"
NEW_GROUPS = "the consumer groups of KIP-848 are not served yet"


def _all(letter, numbers, reason):
    return [(f"{letter}{n}", reason) for n in numbers]


WAITING = [
    ("A11", TLS),
    *_all("C", range(1, 22), LOGIN),
    *_all("C", range(22, 25), TLS),
    ("C25", LOGIN),
    ("E33", ACCESS),
    ("E35", DISK),
    *_all("F", (10, *range(12, 27)), TRANSACTIONS),
    ("G3", SESSIONS),
    ("G4", SESSIONS),
    ("G14", ACCESS),
    *_all("H", (17, 18), NEW_GROUPS),
    *_all("I", (13, 14), ACCESS),
    ("I16", LOGIN),
    ("I18", TELEMETRY),
    *_all("J", range(1, 17), DISK),
]
