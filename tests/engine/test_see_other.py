# SPDX-License-Identifier: MIT
"""Reads of what takes a while: 200 until it is done, then 303 with the same record and where its result is."""

import gzip
import uuid

import pytest


@pytest.fixture
def painted(plant, batch):
    """The addresses of a painted widget and of its painting, whose record is worth compressing."""
    widget = "/v1/widgets/" + plant(batch=batch, name="w" * 2000, state="painted", colour="red", version=7)
    return widget, widget + "/painting"


def test_the_result_is_elsewhere_once_there_is_one(api, service, widget):
    made = widget(name="gate").json()
    path = f"/v1/widgets/{made['id']}"
    before = api.get(path + "/painting").expect(200)
    assert before.json() == {"name": "gate", "state": "draft", "colour": None}
    assert before.header("Location") is None and before.header("Retry-After") == "1"
    api.post(path + "/paint", json={"colour": "blue"}).expect(200)
    after = api.get(path + "/painting").expect(303)
    assert after.json() == {"name": "gate", "state": "painted", "colour": "blue"} and after.version == "2"
    assert after.header("Location") == service.public + path and after.header("Retry-After") is None
    followed = api.get(after.header("Location").removeprefix(service.url)).expect(200)
    assert followed.json()["colour"] == "blue"


def test_the_public_url_says_where(start, database, make_api, painted):
    service = start(database, public_url="https://api.accord.example")
    answer = make_api(service).get(painted[1]).expect(303)
    assert answer.header("Location") == "https://api.accord.example" + painted[0]
    assert service.stop() == 0


def test_head_says_the_same(fetch, painted):
    got, head = fetch(painted[1]), fetch(painted[1], "HEAD")
    assert (got.status, head.status, head.body) == (303, 303, b"")
    for name in ("Location", "ETag", "Content-Length", "Content-Type", "Cache-Control", "Vary"):
        assert head.header(name) == got.header(name), name


@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_record_that_is_known_is_elsewhere_all_the_same(fetch, painted, method, coding):
    before = fetch(painted[1], method, Accept_Encoding=coding)
    tag = before.header("ETag")
    assert tag.startswith('"7.') and tag.endswith('-gz"') == (coding == "gzip")
    again = fetch(painted[1], method, Accept_Encoding=coding, If_None_Match=tag)
    assert (again.status, again.body, again.header("ETag")) == (303, before.body, tag)


def test_it_is_compressed(fetch, painted):
    plain, zipped = fetch(painted[1]), fetch(painted[1], Accept_Encoding="gzip")
    assert zipped.status == 303 and zipped.header("Location") == plain.header("Location")
    assert gzip.decompress(zipped.body) == plain.body and len(zipped.body) < len(plain.body)


def test_it_is_of_the_media_type_that_was_asked_for(api, painted):
    answer = api.get(painted[1], headers={"Accept": "text/csv"}).expect(303)
    assert answer.body.decode() == f"name,state,colour\r\n{'w' * 2000},painted,red\r\n"
    api.get(painted[1], headers={"Accept": "image/png"}).expect(406, "not-acceptable")


def test_what_never_was_has_no_result(api):
    answer = api.get(f"/v1/widgets/{uuid.uuid4()}/painting").expect(404, "not-found")
    assert answer.header("Location") is None
