"""A partition that waits for its oldest event, and goes to another worker and back meanwhile."""

import time

from servers.arrivals import numbered_events
from servers.origin import Answer
from servers.process import wait_until
from servers.stage import SESSION_TIMEOUT_MS, catalog
from servers.topics import Record

MORE_THAN_A_LEDGER_HOLDS = 66_000


def test_a_paused_partition_that_is_lost_is_read_when_it_comes_back(stage, origin):
    """librdkafka keeps its pause for whoever is assigned it next."""
    stage.create_topics()
    origin.default = Answer(b"{}", delay_s=600)
    worker = stage.worker(
        enrich=[catalog(origin.url)], http={"timeout": "20m", "deadline": "30m"}
    ).start()
    stage.write(*numbered_events(1, 1))
    stage.write(*(Record(b'{"cut', b"k%d" % n) for n in range(MORE_THAN_A_LEDGER_HOLDS)))
    worker.wait_for_log("event=paused", 90)
    origin.default = Answer(b"{}")
    worker.pause()
    time.sleep(SESSION_TIMEOUT_MS / 1000 + 2)
    worker.resume()
    worker.wait_for_log("event=lost", 30)
    wait_until(lambda: stage.lag() == 0, 60, "what came behind the pause is read")
    assert worker.terminate() == 0
