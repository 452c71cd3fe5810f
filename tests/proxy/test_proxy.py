# SPDX-License-Identifier: MIT
"""What the proxy refuses itself, what it passes on untouched, and how it keeps its connections."""

import json
import re
import signal
import socket
import ssl
import subprocess
import time
import uuid

import pytest

from conftest import PUBLIC_URL, ROOT
from service import JSON, free_port, lines_of
from wire import Wire, exchange, request, wait_until

SEARCH = b'{"text":"x"}'
BODY_MAX = 1024 * 1024
CONF = (ROOT / "docker" / "nginx.conf").read_text()


def post(headers=(), body=SEARCH):
    return request("POST", "/v1/search", [("Content-Type", JSON), *headers], body)


def own_problem(judge, reply, status, slug, retry=None):
    """The proxy's reply is such as the service would make."""
    judge(reply)
    body = reply.json()
    assert (reply.status, reply.slug) == (status, slug), reply.body
    assert body["type"] == f"{PUBLIC_URL}/problems/{slug}"
    assert sorted(body) == ["detail", "errors", "instance", "status", "title", "type"] and body["errors"] == []
    assert body["instance"] == reply.header("X-Request-Id")
    assert reply.header("Retry-After") == retry
    assert reply.header("Cache-Control") == "no-store"
    assert reply.header("X-Content-Type-Options") == "nosniff"
    assert reply.header("Content-Security-Policy") == "default-src 'none'; frame-ancestors 'none'"
    assert reply.header("Referrer-Policy") == "no-referrer"
    assert reply.header("Server") == "nginx"


# --- limits

def test_body_at_the_limit_passes_and_above_is_413(proxy, judge):
    padded = SEARCH + b" " * (BODY_MAX - len(SEARCH))
    assert exchange(proxy.port, post(body=padded)).status == 200
    own_problem(judge, exchange(proxy.port, post(body=padded + b" ")), 413, "body-too-large")


def test_body_announced_too_long_is_refused_before_it_is_sent(proxy, judge):
    headers = [("Content-Length", 100 * BODY_MAX), ("Expect", "100-continue")]
    own_problem(judge, exchange(proxy.port, post(headers, b"")), 413, "body-too-large")


def test_chunked_body_above_the_limit_is_413(proxy, judge):
    padded = SEARCH + b" " * BODY_MAX
    body = b"%x\r\n" % len(padded) + padded + b"\r\n0\r\n\r\n"
    own_problem(judge, exchange(proxy.port, post([("Transfer-Encoding", "chunked")], body)), 413, "body-too-large")


def test_url_at_the_limit_passes_and_above_is_414(proxy, judge):
    path = "/v1/echo/a/1?string="
    exactly = exchange(proxy.port, request("GET", path + "a" * (8192 - len(path))))
    assert (exactly.status, exactly.slug) == (400, "invalid-parameter")
    above = exchange(proxy.port, request("GET", path + "a" * (8193 - len(path))))
    assert (above.status, above.slug) == (414, "uri-too-long")
    own_problem(judge, exchange(proxy.port, request("GET", "/" + "a" * 20000)), 414, "uri-too-long")


def test_headers_at_the_limit_pass_and_above_are_431(proxy, judge):
    fits = [(f"X-{number}", "a" * 7900) for number in range(2)]
    assert exchange(proxy.port, request("GET", "/livez", fits)).status == 200
    above = exchange(proxy.port, request("GET", "/livez", fits + [("X-More", "a" * 700)]))
    assert (above.status, above.slug) == (431, "headers-too-large")
    own_problem(judge, exchange(proxy.port, request("GET", "/livez", [("X-Big", "a" * 17000)])), 431,
                "headers-too-large")
    own_problem(judge, exchange(proxy.port, request("GET", "/livez", fits * 4)), 431, "headers-too-large")


def test_own_words_are_those_of_the_service(proxy):
    """Each problem type of the configuration is the service's, with the same title and meaning."""
    table = {name: dict(re.findall(r'^\t\t([a-z-]+) "?(.*?)"?;$', block, re.MULTILINE))
             for name, block in re.findall(r"map \$slug \$(\w+) \{\n(.*?)\n\t\}", CONF, re.DOTALL)}
    slugs = set(re.findall(r"^\t\t/\.proxy/\d+ ([a-z-]+);$", CONF, re.MULTILINE))
    assert slugs == set(table["title"]) == set(table["detail"])
    for slug in slugs:
        reply = exchange(proxy.port, request("GET", f"/problems/{slug}"))
        assert reply.status == 200
        assert (reply.json()["title"], reply.json()["meaning"]) == (table["title"][slug], table["detail"][slug])


def test_own_pages_cannot_be_asked_for(proxy, judge):
    for code in (400, 413, 504, 999):
        own_problem(judge, exchange(proxy.port, request("GET", f"/.proxy/{code}")), 404, "not-found")


def test_head_gets_no_body(proxy):
    with Wire(proxy.port) as wire:
        wire.send(request("HEAD", "/" + "a" * 20000))
        reply = wire.reply(head=True)
        assert (reply.status, reply.header("Content-Type")) == (414, "application/problem+json")
        assert wire.closed()


# --- the request id

def test_request_id_is_passed_on(proxy, service):
    reply = exchange(proxy.port, request("GET", "/livez", [("X-Request-Id", "abc-123_X.Z")]))
    assert reply.header("X-Request-Id") == "abc-123_X.Z"
    assert "abc-123_X.Z" in [line.get("requestId") for line in service.log()]


@pytest.mark.parametrize("value", ["a" * 37, "a b", "ü", 'a"b', ""])
def test_malformed_request_id_is_replaced_for_both(proxy, service, value):
    reply = exchange(proxy.port, request("GET", "/livez", [("X-Request-Id", value)]))
    made = reply.header("X-Request-Id")
    assert re.fullmatch(r"[0-9a-f]{32}", made)
    assert made in [line.get("requestId") for line in service.log()]


def test_request_id_is_kept_in_a_refusal(proxy, judge):
    reply = exchange(proxy.port, post([("X-Request-Id", "mine"), ("Content-Length", 100 * BODY_MAX)], b""))
    own_problem(judge, reply, 413, "body-too-large")
    assert reply.header("X-Request-Id") == "mine"


# --- what passes untouched

@pytest.mark.parametrize("path, asked, coding", [
    ("/openapi.json", None, None),
    ("/openapi.json", "gzip", "gzip"),
    ("/problems/internal", "gzip", None),  # too short to be worth it
])
def test_replies_pass_untouched(proxy, service, path, asked, coding):
    """Straight and through the proxy: the same bytes, entity tag and headers."""
    headers = [("X-Request-Id", "same")] + ([("Accept-Encoding", asked)] if asked else [])
    straight, through = (exchange(port, request("GET", path, headers))
                         for port in (service.port, proxy.port))
    assert through.status == 200 and through.body == straight.body
    assert through.header("Content-Encoding") == coding
    assert re.fullmatch(r'"[^"]*-gz"' if coding else r'"[^"]*(?<!-gz)"', through.header("ETag"))
    hop = ("connection", "keep-alive", "date", "server", "transfer-encoding", "content-length")
    strip = [[pair for pair in reply.headers if pair[0].lower() not in hop] for reply in (straight, through)]
    assert sorted(strip[0]) == sorted(strip[1])


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_not_modified_passes(proxy, coding):
    headers = [("Accept-Encoding", coding)]
    first = exchange(proxy.port, request("GET", "/openapi.json", headers))
    headers.append(("If-None-Match", first.header("ETag")))
    with Wire(proxy.port) as wire:
        for _ in range(2):
            wire.send(request("GET", "/openapi.json", headers))
            again = wire.reply()
            assert (again.status, again.header("ETag"), again.body) == (304, first.header("ETag"), b"")


def test_refusals_of_the_service_pass(proxy, judge):
    reply = judge(exchange(proxy.port, request("DELETE", "/livez")))
    assert (reply.status, reply.slug) == (405, "method-not-allowed")
    assert "GET" in reply.header("Allow")
    reply = judge(exchange(proxy.port, request("GET", "/nowhere")))
    assert (reply.status, reply.slug) == (404, "not-found")


def test_http_10_client_is_answered(proxy):
    assert exchange(proxy.port, b"GET /livez HTTP/1.0\r\n\r\n").status == 200


# --- slow and missing parties

def test_slow_headers_are_cut(make_proxy, service):
    """A byte now and then does not keep a connection."""
    proxy = make_proxy(service.port, {"client_header_timeout 10s": "client_header_timeout 1s"})
    with Wire(proxy.port) as wire:
        started = time.monotonic()
        wire.send(b"GET /livez HTTP/1.1\r\nHost: a\r\n")
        while time.monotonic() < started + 6:
            time.sleep(0.2)
            try:
                wire.send(b"X")
            except (BrokenPipeError, ConnectionResetError):
                break
        assert time.monotonic() < started + 4


def test_slow_body_is_cut_and_costs_the_service_nothing(make_proxy, service):
    proxy = make_proxy(service.port, {"client_body_timeout 10s": "client_body_timeout 1s"})
    before = len(service.log())
    with Wire(proxy.port) as wire:
        wire.send(post([("Content-Length", 100)], b'{"text":'))
        assert wire.closed(4)
    assert len(service.log()) == before


def test_no_service_is_502(make_proxy, judge):
    proxy = make_proxy(free_port())
    own_problem(judge, exchange(proxy.port, request("GET", "/livez")), 502, "unavailable", retry="5")
    own_problem(judge, exchange(proxy.port, post()), 502, "unavailable", retry="5")


def test_silent_service_is_504_and_comes_back(make_proxy, judge, start, database):
    service = start(database, public_url=PUBLIC_URL)
    proxy = make_proxy(service.port, {"proxy_read_timeout 30s": "proxy_read_timeout 1s"})
    assert exchange(proxy.port, request("GET", "/livez")).status == 200
    service.process.send_signal(signal.SIGSTOP)
    try:
        own_problem(judge, exchange(proxy.port, post()), 504, "overloaded", retry="1")
    finally:
        service.process.send_signal(signal.SIGCONT)
    assert exchange(proxy.port, request("GET", "/livez")).status == 200


def test_more_requests_than_connections_is_503(make_proxy, judge, service):
    proxy = make_proxy(service.port, {"max_conns=400": "max_conns=1", "keepalive 32;": "keepalive 1;"})
    with Wire(proxy.port) as busy:
        busy.send(request("GET", "/v1/faults/slow?seconds=1"))
        time.sleep(0.3)
        own_problem(judge, exchange(proxy.port, request("GET", "/livez")), 503, "overloaded", retry="1")
        assert busy.reply().status == 200
    assert exchange(proxy.port, request("GET", "/livez")).status == 200


# --- connections to the service

def number(pattern, text=CONF):
    return int(re.search(pattern, text)[1])


def test_connections_stay_below_the_services_limits(service):
    settings = subprocess.run([service.process.args[0], "help", "config"], check=True, text=True, timeout=10,
                              stdout=subprocess.PIPE).stdout
    workers = number(r"worker_processes (\d+);")
    most = number(r"max_conns=(\d+);") + workers * number(r"\tkeepalive (\d+);")
    assert most < number(r"ACCORD_CONNECTIONS +number +(\d+)", settings)
    assert number(r"\tkeepalive_timeout (\d+)s;") < number(r"ACCORD_IDLE_SECONDS +number +(\d+)", settings)


def test_connections_are_kept(make_proxy):
    """A service that counts its connections: many requests, at most one a worker. What it is told is ours to say."""
    heads, connections = [], []
    with socket.create_server(("127.0.0.1", 0)) as server:
        proxy = make_proxy(server.getsockname()[1], {"worker_processes 2;": "worker_processes 1;"})
        server.settimeout(5)
        with Wire(proxy.port) as wire:
            for turn in range(5):
                wire.send(request("GET", f"/{turn}?a=%20", [("X-Forwarded-For", "1.2.3.4"), ("Connection", "X-A"),
                                                            ("X-Request-Id", "id")]))
                if not connections:
                    connections.append(server.accept()[0])
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    head += connections[0].recv(4096)
                heads.append(head.decode().split("\r\n"))
                connections[0].sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
                assert wire.reply().status == 200
        server.settimeout(0.2)
        with pytest.raises(socket.timeout):
            server.accept()
    connections[0].close()
    assert [head[0] for head in heads] == [f"GET /{turn}?a=%20 HTTP/1.1" for turn in range(5)]
    assert all("X-Request-Id: id" in head for head in heads)
    assert all("X-Forwarded-For: 127.0.0.1" in head and "X-Forwarded-Proto: http" in head for head in heads)
    assert not any(line.lower().startswith("connection:") for head in heads for line in head)


def test_service_that_closes_idle_connections_first_is_no_fault(make_proxy, start, database):
    service = start(database, idle_seconds=1, public_url=PUBLIC_URL)
    proxy = make_proxy(service.port)
    with Wire(proxy.port) as wire:
        for pause in (0, 1.5, 2.5, 0):
            time.sleep(pause)
            wire.send(post())
            assert wire.reply().status == 200
    assert service.stop() == 0


def test_service_that_restarts_is_found_again(make_proxy, start, database):
    service = start(database, public_url=PUBLIC_URL)
    proxy = make_proxy(service.port)
    assert exchange(proxy.port, request("GET", "/livez")).status == 200
    assert service.stop() == 0
    assert exchange(proxy.port, request("GET", "/livez")).status == 502
    start(database, public_url=PUBLIC_URL, port=service.port)
    assert exchange(proxy.port, request("GET", "/livez")).status == 200


# --- who calls

def test_the_client_is_whom_the_proxy_saw(make_proxy, start, database):
    service = start(database, public_url=PUBLIC_URL, trusted_proxies="127.0.0.2/32")
    believed = start(database, public_url=PUBLIC_URL, trusted_proxies="127.0.0.1/32")
    for on, claimed in ((service, "192.0.2.7"), (believed, "192.0.2.7, 127.0.0.9"), (believed, None)):
        proxy, identity = make_proxy(on.port), f"who-{uuid.uuid4().hex[:20]}"
        headers = [("X-Request-Id", identity)] + ([("X-Forwarded-For", claimed)] if claimed else [])
        assert exchange(proxy.port, request("GET", "/livez", headers)).status == 200
        (line,) = lines_of(on, identity)
        assert line["client"] == "127.0.0.1", "what the client says of itself does not pass the proxy"


def test_the_longest_token_passes(proxy, service):
    for length, detail in ((8192, "compact form"), (8193, "longer than 8192")):
        reply = exchange(proxy.port, request("GET", "/livez", [("Authorization", "Bearer " + "a" * length)]))
        assert reply.status == 401 and detail in reply.json()["detail"]
        assert reply.header("WWW-Authenticate").startswith('Bearer realm="accord", error="invalid_token"')


# --- TLS, the log

@pytest.fixture(scope="module")
def secure(make_proxy, service, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", folder / "key.pem", "-out", folder / "certificate.pem", "-days", "2", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                   check=True, timeout=30, stderr=subprocess.DEVNULL)
    return make_proxy(service.port, tls=folder), folder / "certificate.pem"


def tls_request(port, context):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as connection:
            connection.sendall(request("GET", "/livez", [("Connection", "close")]))
            data = b""
            while piece := connection.recv(65536):
                data += piece
            return connection.version(), data


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_is_spoken_where_there_is_a_certificate(secure, version):
    proxy, certificate = secure
    context = ssl.create_default_context(cafile=certificate)
    context.minimum_version = context.maximum_version = version
    spoken, data = tls_request(proxy.tls_port, context)
    assert spoken == version.name.replace("_", ".") and data.startswith(b"HTTP/1.1 200")


def test_old_tls_is_refused(secure):
    proxy, certificate = secure
    context = ssl.create_default_context(cafile=certificate)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning):
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        tls_request(proxy.tls_port, context)


def test_http_on_the_tls_port_is_a_problem(secure, judge):
    proxy, _ = secure
    own_problem(judge, exchange(proxy.tls_port, request("GET", "/livez")), 400, "malformed-request")


def test_log_is_json_without_the_query(make_proxy, service):
    proxy = make_proxy(service.port)
    asked = (
        request("GET", "/v1/echo/a/1?string=secret", [("X-Request-Id", "logged")]),
        request("POST", "/v1/search?a=secret", [("Content-Length", 2 * BODY_MAX)]),
        request("GET", "/" + "a" * 20000),
    )
    # A line is written when its connection has ended, which for a refused body is later than its answer.
    for count, one in enumerate(asked, 1):
        exchange(proxy.port, one)
        wait_until(lambda count=count: len(proxy.lines()) == count)
    first, second, third = proxy.lines()
    assert (first["requestId"], first["path"], first["status"]) == ("logged", "/v1/echo/a/1", 200)
    assert (second["path"], second["status"], second["upstream"]) == ("/v1/search", 413, "")
    assert third["status"] == 414
    assert "secret" not in json.dumps([first, second])
