"""A quarter of a minute of what `./dev faults --long` does for half an hour, for each kind of delivery."""

import pytest

from faults.storm import Storm
from servers.records import SingleObjectDecoder

SECONDS = 8
SEED = 4


@pytest.mark.parametrize("delivery", ["at_least_once", "exactly_once"])
def test_a_storm_loses_nothing(own_kafka, make_stage, nginx, schema_text, delivery):
    stage = make_stage(own_kafka.brokers)
    decoder = SingleObjectDecoder(schema_text)
    storm = Storm(stage, [own_kafka], nginx, decoder, delivery, 400, SEED, print)
    written, repeats = storm.run(SECONDS)
    print(f"{written} events, {repeats} came twice, {dict(storm.happened)}")
    assert written > 0 and storm.happened
