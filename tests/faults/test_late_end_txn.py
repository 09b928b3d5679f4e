"""An EndTxn that arrives late, during the next transaction of the same producer.

librdkafka ends transactions by a request that does not say which one it means. After a broken
connection it is sent again; when the first one arrives after all, it ends whatever transaction is open
then. byline makes a new producer after each end that was disturbed, which fences the late one."""

import pytest
from confluent_kafka import KafkaException, Producer

from faults.judge import Judge, Load
from servers import topics
from servers.process import wait_until
from servers.records import SingleObjectDecoder

KEYS = 50
ROUNDS = 1
FENCED = (47, 90)  # INVALID_PRODUCER_EPOCH, PRODUCER_FENCED


def test_without_a_new_producer_a_late_end_commits_half_a_transaction(proxied_stage):
    """What byline is to be safe from, shown with a plain transactional producer."""
    stage, proxy = proxied_stage("driver")
    stage.create_topics()
    driver = Producer(
        {
            "bootstrap.servers": stage.brokers,
            "client.id": "driver",
            "transactional.id": "driver",
            "log_level": 0,
        }
    )
    driver.init_transactions(30)
    driver.begin_transaction()
    driver.produce(stage.output, b"first")
    proxy.hold_next()
    driver.commit_transaction(30)
    assert proxy.held.is_set()
    driver.begin_transaction()
    driver.produce(stage.output, b"half of the second")
    driver.flush(10)
    proxy.release()
    assert proxy.late_error == 0
    with pytest.raises(KafkaException):
        driver.abort_transaction(10)
    values = [message.value() for message in topics.read(stage.brokers, stage.output, 2)]
    assert values == [b"first", b"half of the second"], "an aborted transaction shows"


def test_byline_is_not_torn(proxied_stage, schema_text):
    """Records of the next transaction are written when the late EndTxn arrives; then byline is cut off
    from the broker and killed. Half a transaction that was committed would come out twice."""
    stage, proxy = proxied_stage("byline")
    stage.create_topics(partitions=2)
    worker = stage.worker(delivery="exactly_once").start()
    load = Load(stage.brokers, stage.source, KEYS, 400).start()
    wait_until(lambda: stage.lag() < 100 and load.written > 200, 30, "progress")
    for _ in range(ROUNDS):
        proxy.hold_next()
        assert proxy.held.wait(20)
        proxy.release_at_offsets()
        assert proxy.released.wait(30)
        assert proxy.late_error in FENCED
        worker.kill()
        proxy.pass_all()
        worker.start()
    judge = Judge(stage, KEYS, SingleObjectDecoder(schema_text))
    judge.verdict(load.finish(), may_repeat=False)
    assert worker.terminate() == 0
