"""`byline check`: a configuration is accepted, or refused with file, line and what was meant."""

import pytest
import yaml

VALID = """\
kafka:
  brokers: localhost:9092
  group: byline
  topics: [articles]
output:
  topic: articles.enriched
  framing: single_object
dead_letter: {topic: articles.dead}
enrich:
  - name: catalog
    type: json
    url: "http://localhost:8080/articles/{event_id}"
    fields: {section: /section}
"""

# What is changed in VALID, the line that the message must name, and a word it must have.
REFUSED = {
    "unknown key": ("  group: byline", "  gruop: byline", 3, "gruop"),
    "unknown key near a known one": ("  framing:", "  frameing:", 7, "framing"),
    "number for a list": ("[articles]", "7", 4, "topics"),
    "unknown choice": ("single_object", "protobuf", 7, "protobuf"),
    "map for a string": ("localhost:9092", "{host: localhost}", 2, "brokers"),
    "unknown field of a lookup": ("{section: /section}", "{sektion: /section}", 13, "sektion"),
    "unknown field in a template": ("{event_id}", "{evnt_id}", 12, "evnt_id"),
    "not a JSON Pointer": ("/section}", "section}", 13, "section"),
    "unknown type of lookup": ("type: json", "type: xml", 11, "xml"),
    "broken YAML": ("topics: [articles]", "topics: [articles", None, ""),
    "unset variable": ("localhost:9092", "${BYLINE_TEST_NOT_SET}", 2, "BYLINE_TEST_NOT_SET"),
    "missing file": ("localhost:9092", "${file:/nonexistent}", 2, "/nonexistent"),
    "unknown property": ("  group: byline", "  group: byline\n  properties: {linger.mss: 5}", 4, "mss"),
    "property's value": ("  group: byline", "  group: byline\n  producer: {linger.ms: x}", 4, "linger.ms"),
    "no address": ("enrich:", "http: {allow: ['10.1.1.1/8', '300.1.1.1/8']}\nenrich:", 9, "300.1.1.1/8"),
    "second document": ("enrich:", "---\nenrich:", 9, "second"),
    "missing schema": ("single_object", "single_object\n  schema: /nonexistent.avsc", 8, "/nonexistent"),
    "not a schema": ("single_object", "single_object\n  schema: worker.yaml", 8, "worker.yaml"),
}


@pytest.fixture
def configuration(tmp_path):
    def write(text):
        path = tmp_path / "worker.yaml"
        path.write_text(text)
        return path

    return write


def test_a_valid_configuration_is_accepted(byline, configuration):
    run = byline("check", "--config", configuration(VALID))
    assert run.returncode == 0, run.stderr


def test_a_user_agent_without_a_contact_is_said(byline, configuration):
    named = "http: {user_agent: 'AcmeBot/1.0 (+https://acme.test/bot)'}\nenrich:"
    assert "contact" in byline("check", "--config", configuration(VALID)).stdout
    run = byline("check", "--config", configuration(VALID.replace("enrich:", named)))
    assert run.returncode == 0 and "contact" not in run.stdout


@pytest.mark.parametrize("name", REFUSED)
def test_a_mistake_is_refused_with_file_and_line(byline, configuration, name):
    old, new, line, word = REFUSED[name]
    assert VALID.count(old) == 1
    path = configuration(VALID.replace(old, new))
    run = byline("check", "--config", path)
    assert run.returncode == 2
    place = f"{path}:{line}" if line else str(path)
    assert place in run.stderr
    assert word in run.stderr


def test_a_missing_configuration_is_named(byline):
    run = byline("check", "--config", "/nonexistent/worker.yaml")
    assert run.returncode == 2
    assert "/nonexistent/worker.yaml" in run.stderr


def test_run_refuses_what_check_refuses(byline, configuration):
    path = configuration(VALID.replace("framing", "frameing"))
    run = byline("run", "--config", path)
    assert run.returncode == 2
    assert f"{path}:7" in run.stderr


def test_secrets_are_not_printed(byline, configuration, tmp_path):
    (tmp_path / "secret").write_text("hunter2-and-more")
    changed = yaml.safe_load(VALID)
    changed["registry"] = {"password": f"${{file:{tmp_path / 'secret'}}}", "pasword": "x"}
    run = byline("check", "--config", configuration(yaml.safe_dump(changed)))
    assert run.returncode == 2
    assert "hunter2" not in run.stdout + run.stderr
