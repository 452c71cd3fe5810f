# SPDX-License-Identifier: MIT
"""ETags, If-None-Match, gzip, and how they go together."""

import gzip
import re

import pytest

from wire import Wire, request

ETAG = re.compile(r'"(\d+)\.([0-9A-Za-z]+)(-gz)?"')


@pytest.fixture
def one(widget):
    return "/v1/widgets/" + widget(name="w" * 100).json()["id"]


@pytest.fixture
def many(widget, batch):
    for _ in range(8):
        widget(name="w" * 90)
    return f"/v1/widgets?batch={batch}"


def test_etag_names_version_and_body(fetch, api, one):
    first = fetch(one)
    match = ETAG.fullmatch(first.header("ETag"))
    assert match and match[1] == "1" and not match[3]
    assert fetch(one).header("ETag") == first.header("ETag")
    api.change("PATCH", one, first.header("ETag"), json={"name": "other"}).expect(200)
    second = fetch(one)
    assert ETAG.fullmatch(second.header("ETag"))[1] == "2"
    assert second.header("ETag").split(".")[1] != first.header("ETag").split(".")[1]


def test_reply_to_a_write_carries_the_etag_of_a_read(fetch, api, widget):
    made = widget()
    path = "/v1/widgets/" + made.json()["id"]
    assert fetch(path).header("ETag") == made.etag
    changed = api.change("PATCH", path, made.etag, json={"quantity": 3}).expect(200)
    assert fetch(path).header("ETag") == changed.etag


@pytest.mark.parametrize("form", ["{0}", "W/{0}", '"x", {0}', '{0},"y"', '"x",W/{0} , "y"', "*"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_known_representation_is_304(fetch, one, method, form):
    full = fetch(one)
    reply = fetch(one, method, If_None_Match=form.format(full.header("ETag")))
    assert reply.status == 304 and not reply.body
    assert reply.header("ETag") == full.header("ETag")
    assert reply.header("Vary") == full.header("Vary") and reply.header("Cache-Control") == full.header("Cache-Control")
    assert reply.header("Content-Length") in (None, full.header("Content-Length"))
    assert reply.header("Content-Type") in (None, full.header("Content-Type"))


@pytest.mark.parametrize("header", ['"x"', "x", '"1.', '"1.x"', "W/", ""])
def test_other_representation_is_sent(fetch, one, header):
    assert fetch(one, If_None_Match=header).status == 200


def test_version_alone_is_no_representation(fetch, one):
    version = fetch(one).header("ETag").split(".")[0]
    assert fetch(one, If_None_Match=version + '"').status == 200


def test_list_has_an_etag_too(fetch, api, many, widget):
    first = fetch(many).header("ETag")
    assert fetch(many, If_None_Match=first).status == 304
    widget()
    assert fetch(many, If_None_Match=first).status == 200


def test_connection_survives_a_304(service, one, fetch):
    etag = fetch(one).header("ETag")
    with Wire(service.port) as wire:
        for _ in range(3):
            wire.send(request("GET", one, [("If-None-Match", etag)]))
            assert wire.reply().status == 304
        wire.send(request("GET", one))
        assert wire.reply().status == 200


@pytest.mark.parametrize("coding, zipped", [
    ("gzip", True), ("GZIP", True), ("gzip;q=1", True), ("gzip;q=0.5", True), ("*", True), ("deflate, gzip", True),
    ("gzip, identity;q=0.5", True),
    ("gzip;q=1.0, *;q=0", True), ("x-gzip", None), ("br, gzip ; q=0.001", True),
    ("gzip;q=0", False), ("gzip;q=0.000", False), ("*;q=0", False), ("identity", False), ("", False), ("br", False),
    ("deflate", False),
    ("gzip;q=0, *", False), ("gzip;q=0.4, identity;q=0.9", False), ("gzipx", False),
])
def test_coding_is_negotiated(fetch, many, coding, zipped):
    plain = fetch(many)
    reply = fetch(many, Accept_Encoding=coding)
    assert reply.status == 200 and "accept-encoding" in reply.tokens("Vary")
    assert (reply.header("Content-Encoding") == "gzip") == zipped or zipped is None
    if reply.header("Content-Encoding"):
        assert gzip.decompress(reply.body) == plain.body and len(reply.body) < len(plain.body)
        assert int(reply.header("Content-Length")) == len(reply.body)
        assert ETAG.fullmatch(reply.header("ETag"))[3] == "-gz"
        assert reply.header("ETag").replace("-gz", "") == plain.header("ETag")
    else:
        assert reply.header("ETag") == plain.header("ETag")


def test_small_replies_are_not_compressed(fetch):
    reply = fetch("/v1/echo/fixed/1", Accept_Encoding="gzip")
    assert reply.header("Content-Encoding") is None and reply.json() == {"fixed": 1}


def test_conditions_compare_the_coding(fetch, many):
    plain, zipped = fetch(many).header("ETag"), fetch(many, Accept_Encoding="gzip").header("ETag")
    assert plain != zipped
    assert fetch(many, Accept_Encoding="gzip", If_None_Match=zipped).status == 304
    assert fetch(many, Accept_Encoding="gzip", If_None_Match=zipped).header("ETag") == zipped
    assert fetch(many, If_None_Match=plain).status == 304
    assert fetch(many, Accept_Encoding="gzip", If_None_Match=plain).status == 200
    assert fetch(many, If_None_Match=zipped).status == 200


def test_head_of_a_compressed_reply(fetch, many):
    got, head = fetch(many, Accept_Encoding="gzip"), fetch(many, "HEAD", Accept_Encoding="gzip")
    for name in ("Content-Length", "Content-Encoding", "ETag", "Vary", "Content-Type"):
        assert head.header(name) == got.header(name), name


def test_compressed_etag_satisfies_if_match(fetch, api, one):
    full = fetch(one)
    api.change("PATCH", one, full.header("ETag")[:-1] + '-gz"', json={"quantity": 1}).expect(200)


def test_media_types_have_their_own_etags(fetch, many):
    tags = {fetch(many, Accept=accept).header("ETag") for accept in
            ("application/json", "text/csv", "application/geo+json", "application/x-ndjson")}
    assert len(tags) == 4


def test_problems_are_not_cached(fetch):
    reply = fetch("/nowhere")
    assert reply.header("ETag") is None
    assert "no-store" in (reply.header("Cache-Control") or "no-store")
