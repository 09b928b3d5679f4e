"""What was finished beyond the committed offset is not done again after kill -9."""

import time

from servers import topics
from servers.arrivals import event_id, numbered_events
from servers.kafka import Kafka
from servers.origin import Answer
from servers.process import wait_until
from servers.records import SingleObjectDecoder
from servers.stage import catalog

FINISHED = 5_000
AT_MOST_AGAIN = FINISHED // 100


def test_finished_work_behind_a_slow_event_is_not_repeated(stage, origin, schema_text):
    """The first event's lookup hangs and holds the offset; 5,000 behind it are done."""
    stage.create_topics()
    origin.default = Answer(b"{}")
    origin.answers[f"/articles/{event_id(0)}"] = Answer(b"{}", delay_s=25)
    worker = stage.worker(enrich=[catalog(origin.url)]).start()
    stage.write(*numbered_events(FINISHED + 1, FINISHED + 1))
    wait_until(
        lambda: worker.metric("byline_records_published_total") == FINISHED, 60, "all but the first"
    )
    time.sleep(1.5)  # more than the interval of commits
    assert stage.lag() == FINISHED + 1, "the offset must not have moved"
    worker.kill()

    origin.answers.clear()
    asked = len(origin.asked)
    worker.start()
    wait_until(lambda: stage.lag() == 0, 30, "lag is 0")
    again = len(origin.asked) - asked - 1
    print(f"{again} of {FINISHED} were fetched again")
    assert again <= AT_MOST_AGAIN
    published = topics.size(stage.brokers, stage.output)
    assert published <= FINISHED + 1 + AT_MOST_AGAIN
    decode = SingleObjectDecoder(schema_text)
    ids = {decode(message.value())["event_id"] for message in stage.outputs(published)}
    assert ids == {event_id(number) for number in range(FINISHED + 1)}
    assert worker.terminate() == 0


def test_commits_go_on_without_metadata_where_the_broker_takes_too_little(
    tmp_path, make_stage, origin
):
    """The map of what is done behind the second slow event comes with the commit up to it."""
    first, second, count = 10, 50, 100
    with Kafka(tmp_path / "kafka", settings={"offset.metadata.max.bytes": 1}) as kafka:
        stage = make_stage(kafka.start().brokers)
        stage.create_topics()
        origin.default = Answer(b"{}")
        origin.answers[f"/articles/{event_id(first)}"] = Answer(b"{}", delay_s=5)
        origin.answers[f"/articles/{event_id(second)}"] = Answer(b"{}", delay_s=25)
        worker = stage.worker(enrich=[catalog(origin.url)]).start()
        stage.write(*numbered_events(count, count))
        worker.wait_for_log("event=offset_map_refused")
        published = "byline_records_published_total"
        wait_until(lambda: worker.metric(published) == count - 1, 15, "all but the second slow one")
        wait_until(lambda: stage.lag() == count - second, 5, "what is before it is committed")
        assert worker.metric(published) == count - 1
        origin.answers.clear()
        wait_until(lambda: stage.lag() == 0, 30, "lag is 0")
        assert worker.terminate() == 0
    assert worker.log_text().count("event=offset_map_refused") == 1
