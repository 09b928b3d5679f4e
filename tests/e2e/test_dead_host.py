"""One host of ten is dead or asks for a pause: its own events pay for it, the others go on."""

import json
import time

import pytest

from servers.arrivals import event_id
from servers.nginx import Nginx, answer_to
from servers.origin import Answer, Origin
from servers.process import wait_until
from servers.records import SingleObjectDecoder
from servers.stage import catalog
from servers.topics import Reader, Record

HOSTS = 10
DEAD = HOSTS + 1  # 127.0.0.11, where nobody listens
EVENTS = 30_000
KEYS = 3_000
LOOKUP = catalog("") | {"url": "{url}", "required": False}
HTTP = {"breaker": {"failures": 10, "open": "60s"}}


@pytest.fixture(scope="module")
def hosts(tmp_path_factory):
    with Nginx(tmp_path_factory.mktemp("hosts"), HOSTS) as server:
        yield server.start()


def event(number, host, port):
    name = event_id(number)
    url = f"http://127.0.0.{host}:{port}/articles/{name}"
    return Record(json.dumps({"event_id": name, "url": url}).encode(), b"k%d" % (number % KEYS))


def events(count, port, last_host):
    """Spread evenly over nine hosts that live and last_host."""
    return [
        event(number, last_host if number % HOSTS == 0 else number % HOSTS, port)
        for number in range(count)
    ]


def arrivals(stage, schema_text, count):
    """Id and status of the records as they come out, and when each came."""
    decoder = SingleObjectDecoder(schema_text)
    seen = []
    deadline = time.monotonic() + 60
    with Reader(stage.brokers, stage.output) as reader:
        while len(seen) < count:
            assert time.monotonic() < deadline, f"{len(seen)} of {count} came out"
            for record in map(decoder, (message.value() for message in reader.batch())):
                seen.append((record["event_id"], record["status"], time.monotonic()))
    return seen


def throughput_of_the_nine(make_stage, brokers, hosts, schema_text, last_host):
    """Whole records a second of the first nine hosts, from the start of a worker with a backlog
    until nine tenths of it are out."""
    stage = make_stage(brokers)
    stage.create_topics(partitions=4)
    stage.write(*events(EVENTS, hosts.port, last_host))
    allow = [f"127.0.0.0/8:{hosts.port}"]
    worker = stage.worker(enrich=[LOOKUP], http=HTTP | {"allow": allow}).start()
    wait_until(lambda: worker.metric("byline_records_published_total") > 0, 20, "a record")
    begun = time.monotonic()
    seen = arrivals(stage, schema_text, EVENTS * 9 // 10)
    nine = [at for name, status, at in seen if int(name[1:]) % HOSTS and status == "OK"]
    if last_host == DEAD:
        assert worker.metric("byline_host_breaker_open", host=f"127.0.0.{DEAD}:{hosts.port}") == 1
        assert worker.metric("byline_host_breaker_open", host=f"127.0.0.1:{hosts.port}") == 0
        assert "event=breaker_open" in worker.log_text()
    stage.stop()
    return len(nine) / (nine[-1] - begun)


def test_the_other_nine_keep_their_throughput(make_stage, kafka, hosts, schema_text):
    """The nine beside a dead host against the nine beside a tenth that lives: the better of a few
    pairs, for the machine may be busy with something else."""
    ratios = []
    for _ in range(4):
        beside_living, beside_dead = (
            throughput_of_the_nine(make_stage, kafka.brokers, hosts, schema_text, last)
            for last in (HOSTS, DEAD)
        )
        ratios.append(beside_dead / beside_living)
        if ratios[-1] >= 0.9:
            return
    pytest.fail(f"throughput of the nine, beside a dead host against a living: {ratios}")


def test_few_wait_for_a_dead_host_and_all_come_out(stage, hosts, schema_text):
    """500 events, all of one dead host whose breaker stays open: a quarter of http.in_flight may
    wait for its probe."""
    stage.create_topics()
    allow = [f"127.0.0.0/8:{hosts.port}"]
    http = {"in_flight": 64, "allow": allow, "breaker": {"failures": 5, "open": "4s"}}
    stage.worker(enrich=[LOOKUP], http=http | {"retry": {"attempts": 2}}).start()
    stage.write(*(event(number, DEAD, hosts.port) for number in range(500)))
    begun = time.monotonic()
    seen = arrivals(stage, schema_text, 500)
    assert {status for _, status, _ in seen} == {"PARTIAL"}
    assert time.monotonic() - begun < 20


def test_a_host_that_asks_for_a_pause_holds_up_nobody_else(stage, hosts, schema_text):
    """429 with Retry-After until 6 s after the first one: the others come out before that, all of
    its own afterwards."""
    count, pause_s, begun = 5_000, 6, []

    def busy(path):
        begun.append(time.monotonic())
        left = begun[0] + pause_s - time.monotonic()
        if left > 0:
            return Answer(b"{}", 429, headers={"Retry-After": str(int(left) + 1)})
        return Answer(json.dumps(answer_to(path.rpartition("/")[2])).encode())

    def spread(number):
        if number % HOSTS:
            return event(number, number % HOSTS, hosts.port)
        return event(number, 1, origin.port)

    stage.create_topics(partitions=4)
    with Origin(default=busy) as origin:
        allow = [f"127.0.0.0/8:{port}" for port in (hosts.port, origin.port)]
        stage.worker(enrich=[LOOKUP], http=HTTP | {"allow": allow}).start()
        stage.write(*(spread(number) for number in range(count)))
        seen = arrivals(stage, schema_text, count)
    assert {status for _, status, _ in seen} == {"OK"}
    of_the_nine = [at for name, _, at in seen if int(name[1:]) % HOSTS]
    of_the_busy = [at for name, _, at in seen if int(name[1:]) % HOSTS == 0]
    assert len(of_the_nine) == count * 9 // 10
    assert max(of_the_nine) < begun[0] + pause_s < min(of_the_busy)
    for key in range(KEYS):
        numbers = [int(name[1:]) for name, _, _ in seen if int(name[1:]) % KEYS == key]
        assert numbers == sorted(numbers)
