"""The configurations of docs/lookups.md: each is accepted as it stands, and run against a local server
that answers in the shape of that API."""

import json
import os
import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from servers.origin import Answer, Origin

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/lookups.md"
SECRETS = {
    "CONTACT": "desk@example.org",
    "OPENALEX_KEY": "hush-openalex",
    "WIKIDATA_TOKEN": "hush-wikidata",
    "CLASSIFIER_TOKEN": "hush-classifier",
}
DOI = "10.5555/tide.42"
PRESETS = {
    name: text
    for text, name in re.findall(r"```yaml\n(# preset: (\w+)\n.*?)```", PAGE.read_text(), re.DOTALL)
}

CROSSREF = {
    "message": {
        "title": ["Tides of Small Harbours"],
        "author": [{"given": "Mira", "family": "Halvorsen", "sequence": "first"}],
        "published": {"date-parts": [[2023, 3, 11]]},
        "publisher": "Harbour Press",
        "container-title": ["The Harbour Review"],
        "reference-count": 12,
        "license": [{"URL": "https://license.example/by"}],
    }
}
OPENALEX = {
    "id": "https://openalex.example/W42",
    "title": "Tides of Small Harbours",
    "publication_date": "2023-03-11",
    "language": "en",
    "open_access": {"is_oa": True},
    "cited_by_count": 7,
    "primary_topic": {"display_name": "Tides"},
}
DATACITE = {
    "data": {
        "attributes": {
            "titles": [{"title": "Gauge Readings"}],
            "creators": [{"name": "Halvorsen, Mira", "givenName": "Mira"}],
            "published": "2023",
            "publisher": "Harbour Data",
            "types": {"resourceTypeGeneral": "Dataset"},
        }
    }
}
WIKIDATA = {"search": [{"id": "Q42", "description": "a quarterly of harbours"}]}
OEMBED = {
    "type": "video",
    "title": "A Harbour at Night",
    "author_name": "Mira Halvorsen",
    "provider_name": "Harbour Films",
    "thumbnail_url": "https://img.example/1.jpg",
}
LANDING = (
    b'<!doctype html><title>Tides</title><meta name="citation_doi" content="' + DOI.encode() + b'">'
    b'<meta property="og:site_name" content="The Harbour Review">'
)


def answer(value):
    return Answer(json.dumps(value).encode())


class Api(Origin):
    """Each API under the first word of the path that its host becomes."""

    def __init__(self):
        super().__init__(default=self.find)
        self.shapes = {
            "/landing": Answer(LANDING, content_type="text/html"),
            "/api.crossref.org/works/": answer(CROSSREF),
            "/api.openalex.org/works/": answer(OPENALEX),
            "/api.datacite.org/dois/": answer(DATACITE),
            "/www.wikidata.org/w/api.php": answer(WIKIDATA),
            "/vimeo.com/api/oembed.json": answer(OEMBED),
            "/localhost:8080/classify": answer({"label": "Coast", "confidence": 0.9}),
        }

    def find(self, path):
        found = next((a for start, a in self.shapes.items() if path.startswith(start)), None)
        found = found or Answer(b"{}", 404)
        return found(path) if callable(found) else found


@pytest.fixture
def api():
    with Api() as server:
        yield server


@pytest.fixture
def run(binary, tmp_path):
    """Runs byline with a preset's text, its hosts replaced by the local server."""

    def start(command, text, *arguments, event=None):
        plain = {
            "kafka": {"brokers": "127.0.0.1:1"},
            "output": {"framing": "single_object"},
        }
        path = tmp_path / "byline.yaml"
        path.write_text(yaml.safe_dump(plain) + text)
        return subprocess.run(
            [str(binary), command, "--config", str(path), *arguments],
            input=json.dumps(event or {}).encode(), capture_output=True, timeout=60,
            env=os.environ | SECRETS,
        )  # fmt: skip

    return start


def local(text, api, **http):
    """The preset with every host turned into the local server's, and what it may reach."""
    preset = yaml.safe_load(text)
    for lookup in preset["enrich"]:
        lookup["url"] = re.sub(r"^https?://", api.url + "/", lookup["url"])
    preset["http"] |= {"allow": [api.address], "retry": {"attempts": 3, "backoff": "1ms"}} | http
    return yaml.safe_dump(preset)


@pytest.fixture
def enrich(run, api):
    def one(name, **event):
        done = run("enrich", local(PRESETS[name], api), "-", event=event)
        assert done.returncode == 0, done.stderr.decode()
        for secret in ("hush-openalex", "hush-wikidata", "hush-classifier"):
            assert secret.encode() not in done.stdout + done.stderr
        return json.loads(done.stdout)

    return one


def test_the_page_has_them_all():
    assert set(PRESETS) == {"crossref", "openalex", "datacite", "wikidata", "oembed", "post"}


@pytest.mark.parametrize("name", PRESETS)
def test_each_is_accepted_as_it_stands(run, name):
    done = run("check", PRESETS[name])
    assert done.returncode == 0, done.stderr.decode()
    assert b"hush" not in done.stdout + done.stderr


def test_crossref_follows_the_doi_that_the_page_gives(enrich, api):
    record = enrich("crossref", event_id="e1", url=f"{api.url}/landing")
    assert record["doi"] == DOI
    assert [fetch["outcome"] for fetch in record["fetches"]] == ["ok", "ok"]
    assert [author["name"] for author in record["authors"]] == ["Mira Halvorsen"]
    assert record["provenance"]["authors"]["source"] == "crossref"
    assert record["published"]["date"] == "2023-03-11"
    assert record["publisher"] == "The Harbour Review"  # the page comes first
    assert record["license"] == "https://license.example/by"
    assert record["extra"]["container"] == "The Harbour Review"
    assert record["extra"]["references"] == "12"
    page, works = api.asked
    assert page == "/landing"
    assert urlsplit(works).query == "mailto=desk@example.org"
    assert urlsplit(works).path == "/api.crossref.org/works/10.5555%2Ftide.42"


def test_crossref_is_skipped_without_a_doi(enrich, api):
    api.shapes["/landing"] = Answer(b"<title>Tides</title>", content_type="text/html")
    record = enrich("crossref", event_id="e1", url=f"{api.url}/landing")
    assert [fetch["outcome"] for fetch in record["fetches"]] == ["ok", "skipped"]
    assert len(api.asked) == 1


def test_openalex_takes_a_403_for_a_rate_limit(enrich, api):
    limited = iter([Answer(b"{}", 403, headers={"Retry-After": "1"}), answer(OPENALEX)])
    api.shapes["/api.openalex.org/works/"] = lambda _: next(limited)
    record = enrich("openalex", event_id="e1", doi=DOI)
    (fetch,) = record["fetches"]
    assert (fetch["outcome"], fetch["attempts"]) == ("ok", 2)
    assert fetch["duration_ms"] >= 1000
    assert "api_key=***" in fetch["url"]
    assert "api_key=hush-openalex" in api.asked[0]
    assert record["free_access"] is True
    assert record["language"] == "en"
    assert record["extra"]["cited_by"] == "7"


def test_openalex_is_not_asked_without_a_doi(enrich, api):
    record = enrich("openalex", event_id="e1")
    assert [fetch["outcome"] for fetch in record["fetches"]] == ["skipped"]
    assert api.asked == []


def test_datacite_answers_for_what_crossref_does_not_know(enrich, api):
    del api.shapes["/api.crossref.org/works/"]
    record = enrich("datacite", event_id="e1", doi=DOI)
    assert [fetch["outcome"] for fetch in record["fetches"]] == ["not_found", "ok"]
    assert record["title"] == "Gauge Readings"
    assert record["published"]["precision"] == "year"
    assert record["publisher"] == "Harbour Data"
    assert record["extra"]["type"] == "Dataset"


def test_datacite_is_left_alone_where_crossref_knows(enrich, api):
    record = enrich("datacite", event_id="e1", doi=DOI)
    assert [fetch["outcome"] for fetch in record["fetches"]] == ["ok", "skipped"]
    assert record["fetches"][1]["error"] == "when: !publisher"
    assert not any("datacite" in path for path in api.asked)


def test_wikidata_is_asked_about_the_publisher_that_the_page_names(enrich, api):
    record = enrich("wikidata", event_id="e1", url=f"{api.url}/landing")
    assert "search=The%20Harbour%20Review&" in api.asked[1]
    assert record["extra"]["publisher_id"] == "Q42"
    assert record["extra"]["publisher_is"] == "a quarterly of harbours"


def test_oembed_is_asked_about_the_events_url(enrich, api):
    record = enrich("oembed", event_id="e1", url="https://vimeo.com/1?a=b&c=d")
    assert urlsplit(api.asked[0]).query == "url=https%3A%2F%2Fvimeo.com%2F1%3Fa%3Db%26c%3Dd"
    assert record["title"] == "A Harbour at Night"
    assert [author["name"] for author in record["authors"]] == ["Mira Halvorsen"]
    assert record["extra"]["kind"] == "video"


def test_a_post_carries_json_and_its_secret_header(enrich, api):
    record = enrich("post", event_id="e1", title='Fog "at sea"', doi=DOI)
    assert record["section"] == "Coast"
    assert record["extra"]["confidence"] == "0.9"
    (request,) = api.requests
    assert request.method == "POST"
    assert json.loads(request.body) == {"title": 'Fog "at sea"', "language": None, "ids": [DOI]}
    assert request.headers["Authorization"] == "Bearer hush-classifier"
    assert request.headers["Content-Type"] == "application/json"


def test_a_secret_header_does_not_follow_a_redirect_to_another_host(enrich, api):
    with Origin({"/there": answer({"label": "Elsewhere"})}) as other:
        api.shapes["/localhost:8080/classify"] = Answer(
            status=303, headers={"Location": f"http://localhost:{other.port}/there"}
        )
        preset = PRESETS["post"]
        assert "required: true" in preset
        PRESETS["redirected"] = preset.replace("required: true", "required: false")
        try:
            record = enrich("redirected", event_id="e1", title="Fog")
        finally:
            del PRESETS["redirected"]
        assert record["fetches"][0]["outcome"] == "refused"
        assert other.asked == []


def test_a_secret_header_stays_behind_where_the_other_host_may_be_reached(run, api):
    with Origin({"/there": answer({"label": "Elsewhere"})}) as other:
        api.shapes["/localhost:8080/classify"] = Answer(
            status=303, headers={"Location": f"{other.url}/there"}
        )
        text = local(PRESETS["post"], api, allow=[other.address])
        done = run("enrich", text, "-", event={"event_id": "e1", "title": "Fog"})
        assert json.loads(done.stdout)["section"] == "Elsewhere"
        assert "Authorization" not in other.requests[0].headers
        assert "Authorization" in api.requests[0].headers


def test_independent_lookups_run_at_once_and_dependent_ones_after(run, api):
    """Three need nothing of each other; the fourth needs the DOI that the first one finds."""
    slow = 0.5
    for name in ("one", "two", "three"):
        body = json.dumps({"doi": DOI, "label": name}).encode()
        api.shapes[f"/{name}"] = Answer(body, delay_s=slow)
    api.shapes["/after/"] = answer({"label": "after"})
    lookups = [
        {"name": n, "type": "json", "url": f"{api.url}/{n}", "fields": {f"extra.{n}": "/label"}}
        for n in ("one", "two", "three")
    ]
    lookups[0]["fields"]["doi"] = "/doi"
    lookups.append(
        {"name": "after", "type": "json", "url": f"{api.url}/after/{{doi}}",
         "fields": {"extra.after": "/label"}}
    )  # fmt: skip
    done = run("enrich", yaml.safe_dump({"enrich": lookups}), "-", event={"event_id": "e1"})
    record = json.loads(done.stdout)
    assert record["extra"] == {n: n for n in ("one", "two", "three", "after")}
    starts = [request.at for request in api.requests]
    assert max(starts[:3]) - min(starts[:3]) < slow
    assert [request.path for request in api.requests][3] == "/after/10.5555%2Ftide.42"
    assert starts[3] - starts[0] >= slow
