"""auto.offset.reset: latest, and the group has no commit yet: what was read is finished all the same."""

import json

import pytest
from servers.origin import Answer
from servers.process import wait_until
from servers.records import SingleObjectDecoder
from servers.stage import catalog
from servers.topics import Record

COUNT = 5
LATEST = {"consumer": {"auto.offset.reset": "latest"}}


def events(first):
    for number in range(first, first + COUNT):
        yield Record(json.dumps({"event_id": f"e{number}"}).encode(), b"k%d" % number)


@pytest.mark.parametrize("delivery", ["at_least_once", "exactly_once"])
@pytest.mark.parametrize("end", ["kill", "terminate"])
def test_what_was_in_flight_is_read_again(stage, origin, schema_text, delivery, end):
    stage.create_topics(partitions=2)
    stage.write(*events(0))  # before the group began
    origin.default = Answer(b"{}", delay_s=60)
    worker = stage.worker(
        delivery=delivery, kafka=LATEST, http={"timeout": "70s"},
        enrich=[catalog(origin.url, required=False)],
    ).start()  # fmt: skip
    wait_until(lambda: stage.lag() == 0, 30, "the place where the group begins is committed")
    stage.write(*events(COUNT))
    wait_until(lambda: len(origin.asked) >= COUNT, 30, "all are in flight")
    getattr(worker, end)()
    origin.default = Answer(b"{}")
    worker.start()
    stage.write(*events(2 * COUNT))
    decode = SingleObjectDecoder(schema_text)
    ids = {decode(output.value())["event_id"] for output in stage.outputs(2 * COUNT)}
    assert ids == {f"e{number}" for number in range(COUNT, 3 * COUNT)}
