# SPDX-License-Identifier: MIT
"""Requests that two readers could read in two ways end at the proxy: the service never sees them."""

import itertools

import pytest

from service import JSON
from wire import Wire, exchange, request

SEARCH = b'{"text":"x"}'
NAMES = (f"smuggled-{number}" for number in itertools.count(1))


def post(*headers, body=SEARCH, method="POST"):
    """A request whose framing is the headers' alone."""
    head = [f"{method} /v1/search HTTP/1.1".encode(), b"Host: a", b"Content-Type: " + JSON.encode(), *headers]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def seen(service):
    """Paths of the requests that reached the service."""
    return [line.get("path") for line in service.log()]


def refused(proxy, service, data, status, slug):
    """The reply is a problem, the connection ends with it, and neither request reached the service."""
    name = next(NAMES)
    hidden = b"GET /%s HTTP/1.1\r\nHost: a\r\n\r\n" % name.encode()
    before = len(seen(service))
    with Wire(proxy.port) as wire:
        wire.send(data.replace(b"HIDDEN", hidden) + hidden)
        reply = wire.reply()
        assert (reply.status, reply.header("Content-Type")) == (status, "application/problem+json"), reply.body
        assert reply.slug == slug
        assert wire.closed()
    assert exchange(proxy.port, request("GET", "/livez")).status == 200
    assert [path for path in seen(service)[before:] if path != "/livez"] == []


CHUNKED = b"c\r\n" + SEARCH + b"\r\n0\r\n\r\n"


@pytest.mark.parametrize("data", [
    post(b"Content-Length: 6", b"Transfer-Encoding: chunked", body=b"0\r\n\r\nX"),
    post(b"Transfer-Encoding: chunked", b"Content-Length: 4", body=CHUNKED),
    post(b"Content-Length: 12", b"Content-Length: 12"),
    post(b"Content-Length: 12", b"content-length: 0"),
    post(b"Content-Length: 12, 12"),
    post(b"Content-Length: +12"),
    post(b"Content-Length: 0x0c"),
    post(b"Content-Length: 12 12"),
    post(b"Content-Length : 12"),
    post(b"Transfer-Encoding : chunked", body=CHUNKED),
    post(b"Content-Length: 99999999999999999999"),
    post(b"Transfer-Encoding: xchunked", body=CHUNKED),
    post(b"Transfer-Encoding: gzip, chunked", body=CHUNKED),
    post(b"Transfer-Encoding: chunked, identity", body=CHUNKED),
    post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=CHUNKED),
    post(b"Transfer-Encoding: chunked", body=b"+c\r\n" + SEARCH + b"\r\n0\r\n\r\n"),
    post(b"Transfer-Encoding: chunked", body=b"fffffffffffffffff\r\n" + SEARCH),
    post(b"Content-Length: 12", b"X-Folded: a", b" b"),
    post(b"X-Folded: a", b"\tContent-Length: 12"),
    post(b"Content-Length: 12", b"X-Nul: a\0b"),
    post(b"Content-Length: 12", b"X-N\0l: a"),
    post(b"Content-Length: 12", b"Host: b"),
    b"GET /livez HTTP/1.1\r\n\r\n",
    b"GET /livez HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
    b"GET /livez HTTP/1.1\r\nHost: a b\r\n\r\n",
    b"GET /livez%00 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /live\0z HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /../../livez HTTP/1.1\r\nHost: a\r\n\r\n",
    b"get /livez HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET  /livez HTTP/1.1 x\r\nHost: a\r\n\r\n",
    b"GET /livez HTTP/2.0\r\nHost: a\r\n\r\n",
], ids=itertools.count())
def test_is_refused(proxy, service, data):
    refused(proxy, service, data, 400, "malformed-request")


def test_method_that_echoes_is_refused(proxy, service):
    before = len(seen(service))
    reply = exchange(proxy.port, request("TRACE", "/livez"))
    assert (reply.status, reply.slug) == (501, "method-unknown")
    assert len(seen(service)) == before


def test_hidden_request_in_a_body_stays_a_body(proxy, service):
    """What looks like a request is part of the body, as its length says."""
    hidden = b"GET /%s HTTP/1.1\r\nHost: a\r\n\r\n" % next(NAMES).encode()
    for data in (post(b"Content-Length: %d" % len(hidden), body=hidden),
                 post(b"Transfer-Encoding: chunked", body=b"%x\r\n%b\r\n0\r\n\r\n" % (len(hidden), hidden)),
                 post(b"Content-Length: %d" % len(hidden), body=hidden, method="GET")):
        before = len(seen(service))
        with Wire(proxy.port) as wire:
            wire.send(data)
            assert wire.reply().status >= 400
            wire.send(request("GET", "/livez"))
            assert wire.reply().status == 200
        assert seen(service)[before:] == ["/v1/search", "/livez"]


def test_chunk_extensions_are_left_out(proxy, service):
    before = len(seen(service))
    data = post(b"Transfer-Encoding: chunked", body=b"c;x=y\r\n" + SEARCH + b"\r\n0;z\r\n\r\n")
    assert exchange(proxy.port, data).status == 200
    assert seen(service)[before:] == ["/v1/search"]


def test_bare_line_feeds_are_rewritten(proxy, service):
    before = len(seen(service))
    assert exchange(proxy.port, b"GET /livez HTTP/1.1\nHost: a\n\n").status == 200
    assert seen(service)[before:] == ["/livez"]


def test_path_reaches_the_service_as_it_was_sent(proxy, service):
    before = len(seen(service))
    targets = ["//livez", "/%6civez", "/v1/./widgets", "/livez/", "/v1/echo/a%2Fb/1", "/v1/../livez"]
    for target in targets:
        exchange(proxy.port, request("GET", target))
    assert seen(service)[before:] == targets


def test_pipelined_requests_are_answered_in_order(proxy):
    with Wire(proxy.port) as wire:
        wire.send(request("GET", "/v1/echo/a/1") + request("GET", "/nowhere") + request("GET", "/v1/echo/b/2"))
        assert wire.reply().json()["text"] == "a"
        assert wire.reply().status == 404
        assert wire.reply().json()["text"] == "b"
