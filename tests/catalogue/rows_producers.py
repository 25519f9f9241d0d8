"""F1 to F8, F9, F11: idempotent producers. What needs transactions waits."""
from row import Row
from shared import batch, check_equal

LAST_SEQUENCE = 2**31 - 1


class Producer:
    """Sends batches of one record, each with the sequence number it is told."""

    def __init__(self, world, producer_id=None, epoch=0):
        self.world = world
        self.topic = world.topic()
        self.id = new_producer_id(world) if producer_id is None else producer_id
        self.epoch = epoch

    def send(self, sequence, epoch=None, count=1):
        records = tuple(batch.record(i) for i in range(count))
        answer = self.world.produce(self.topic, batch.batch(records, producer=(
            self.id, self.epoch if epoch is None else epoch, sequence)))
        return answer["ErrorCode"], answer["BaseOffset"]

    def end(self):
        return self.world.end(self.topic)


def new_producer_id(world):
    answer = init(world)
    check_equal(answer["ErrorCode"], 0, "InitProducerId")
    return answer["ProducerId"]


def init(world, transactional_id=None, producer_id=-1, epoch=-1):
    retriable = (14, 15, 16)
    while True:
        answer = world.call("InitProducerId", 4, {"TransactionalId": transactional_id, "TransactionTimeoutMs": 60_000,
                                                  "ProducerId": producer_id, "ProducerEpoch": epoch})
        if answer["ErrorCode"] not in retriable:
            return answer


def sent_again(which):
    """Six batches, and one of them again: its answer, and where the log ends."""
    def act(world):
        producer = Producer(world)
        check_equal([producer.send(i) for i in range(6)], [(0, i) for i in range(6)], "answers")
        return producer.send(which), producer.end()
    return act


def older_epoch(world):
    producer = Producer(world)
    check_equal(producer.send(0, epoch=1), (0, 0))
    return producer.send(1, epoch=0)[0], producer.end()


def gap(world):
    producer = Producer(world)
    check_equal(producer.send(0), (0, 0))
    return producer.send(2)[0], producer.end()


def around_the_corner(world):
    producer = Producer(world)
    return producer.send(LAST_SEQUENCE - 1), producer.send(LAST_SEQUENCE), producer.send(0), producer.send(1)


def new_epoch_in_the_middle(world):
    producer = Producer(world)
    check_equal(producer.send(0), (0, 0))
    return producer.send(3, epoch=1)[0], producer.end()


def first_of(world, sequence):
    producer = Producer(world)
    return producer.send(sequence), producer.end()


def without_sequence(world):
    producer = Producer(world)
    return producer.send(-1)[0], producer.end()


ROWS = [
    *[Row("F1", f"batch {i} of six again", sent_again(i), ((0, i), 6)) for i in (1, 3, 5)],
    Row("F2", "the sixth last batch again", sent_again(0), ((45, -1), 6)),
    Row("F3", "a gap in the sequence", gap, (45, 1)),
    Row("F4", "the sequence goes on with 0 after 2^31 - 1", around_the_corner, ((0, 0), (0, 1), (0, 2), (0, 3))),
    Row("F5", "a producer id without a sequence", without_sequence, (87, 0)),
    Row("F6", "an older epoch", older_epoch, (47, 1)),
    Row("F7", "a new epoch whose first sequence is 3", new_epoch_in_the_middle, (45, 1)),
    Row("F8", "a producer that is not known, in the middle", lambda w: first_of(w, 17), ((0, 0), 1)),
    Row("F9", "InitProducerId with an empty transactional id", lambda w: init(w, transactional_id="")["ErrorCode"], 42),
    Row("F11", "InitProducerId with an id and no epoch", lambda w: init(w, producer_id=5)["ErrorCode"], 42),
]
