# SPDX-License-Identifier: MIT
"""The program as a process: settings, start, stop, log, metrics."""

import concurrent.futures
import re
import signal
import socket
import subprocess
import time
import uuid

import pytest
import requests

from cluster import HERE, ROOT
from service import ACCORD, accord, environment, free_port, lines_of
from wire import Wire, request, wait_until

@pytest.fixture
def settings(bundle, database):
    return {"contract": bundle, "operations": HERE / "operations", "database": database.dsn(user="accord_api"),
            "port": 0,
            "metrics_port": 0}


@pytest.mark.parametrize("name, value", [
    ("PROT", "1"), ("port", "8080"), ("PORT", "eighty"), ("PORT", "65536"), ("PORT", "-1"), ("PORT", ""),
    ("PORT", "80 "),
    ("POOL_SIZE", "1.5"), ("POOL_SIZE", "0x10"), ("CONNECTIONS", "99999999999999999999"), ("IDLE_SECONDS", "0"),
    ("CURSOR_KEY", "abc"), ("CURSOR_KEY", "zz" * 32), ("LOG", "loud"), ("PUBLIC_URL", "ftp://x"),
    ("PUBLIC_URL", "http://x/"),
    ("CONFIG", "/nonexistent/accord.conf"), ("CONTRACT", "/nonexistent/openapi.json"), ("OPERATIONS", "/nonexistent"),
    ("ADDRESS", "nowhere"), ("SECRET_KEY", "abc"), ("TRUSTED_PROXIES", "10.0.0.1/8"), ("TRUSTED_PROXIES", "proxy"),
    ("TRUSTED_PROXIES", "10.0.0.0/8,"),
])
def test_bad_setting_refuses_to_start_and_is_named(settings, name, value):
    clean = environment(**settings)
    clean[f"ACCORD_{name}"] = value
    done = subprocess.run([ACCORD, "serve"], env=clean, text=True, timeout=20, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if (name, value) == ("PORT", "") and done.returncode == 0:
        return
    assert done.returncode not in (0, None) and done.returncode > 0
    assert f"ACCORD_{name}" in done.stderr or value in done.stderr and value.startswith("/nonexistent"), done.stderr
    assert "serving" not in done.stdout


@pytest.mark.parametrize("text, named", [
    ("ACCORD_PORT=8080\nACCORD_COLOUR=red\n", "ACCORD_COLOUR"),
    ("# comment\n\nACCORD_PORT=many\n", "ACCORD_PORT"),
    ("this is no setting\n", "1"),
    ("HOME=/srv\n", "HOME"),
])
def test_bad_line_of_the_file_refuses_to_start_and_is_named(settings, tmp_path, text, named):
    path = tmp_path / "accord.conf"
    path.write_text(text)
    del settings["port"]
    done = accord("serve", **{**settings, "config": path})
    assert done.returncode > 0 and named in done.stderr, done.stderr


def test_file_gives_what_the_environment_leaves_out(start, database, make_api, tmp_path):
    path = tmp_path / "accord.conf"
    path.write_text("# settings\n\nACCORD_PUBLIC_URL=https://file.example\nACCORD_CURSOR_KEY=" + "aa" * 32 + "\n")
    service = start(database, config=path)
    assert make_api(service).get("/nowhere").json()["type"].startswith("https://file.example/")
    assert service.stop() == 0


def test_help_prints_every_setting():
    done = accord("help", "config")
    assert done.returncode == 0
    table = re.search(r"settings\[\] = \{(.*?)\n\};", (ROOT / "api" / "config.c").read_text(), re.DOTALL)[1]
    names = re.findall(r"^\t\{\"(ACCORD_\w+)\"", table, re.MULTILINE)
    assert len(names) > 15 and names == re.findall(r"^(ACCORD_\w+) ", done.stdout, re.MULTILINE)
    assert re.search(r"ACCORD_IDLE_SECONDS\b.*\b15\b", done.stdout)


def test_commands():
    assert re.search(r"\d+\.\d+", accord("version").stdout)
    help_text = accord("help").stdout
    for command in ("serve", "check", "client", "import", "user", "version", "help"):
        assert command in help_text


@pytest.mark.parametrize("arguments", [
    (), ("sreve",), ("serve", "now"), ("check", "it"), ("version", "2"), ("work", "hard"), ("help", "serve"),
    ("help", "config", "more"), ("import",), ("import", "nothing"), ("import", "gias"), ("import", "gias", "--rejects"),
    ("import", "gias", "--rejects", "/tmp/rejects"),
])
def test_what_is_no_command_is_told_and_refused(settings, arguments):
    done = accord(*arguments, **settings)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.match(r"accord[: ].+(; see accord help\n|\nkinds: .+ gias .+\n)$", done.stderr), done.stderr


@pytest.mark.parametrize("changed, named", [
    ({"port": "taken"}, "127.0.0.1:{}: Address already in use"),
    ({"metrics_port": "taken"}, "127.0.0.1:{}: Address already in use"),
    ({"address": "192.0.2.1", "port": "8080"}, "192.0.2.1:8080: Cannot assign requested address"),
])
def test_port_that_cannot_be_had_is_one_clear_line(settings, service, changed, named):
    changed = {name: value.replace("taken", str(service.port)) for name, value in changed.items()}
    done = accord("serve", **{**settings, **changed})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"accord: cannot listen on {named.format(service.port)}\n"


def test_unreachable_database_does_not_hang_the_start(settings):
    began = time.monotonic()
    done = accord("check", **{**settings, "database": "host=/nonexistent dbname=x"})
    assert done.returncode == 1 and time.monotonic() - began < 10
    assert re.fullmatch(r"accord: database: .*/nonexistent.*\n", done.stderr), done.stderr


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_stop_finishes_what_is_under_way(start, database, make_api, signal_number):
    service = start(database)
    idle = Wire(service.port)
    idle.send(request("GET", "/livez"))
    assert idle.reply().status == 200
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        slow = pool.submit(make_api(service).get, "/v1/faults/slow?seconds=1.2")
        time.sleep(0.4)
        service.process.send_signal(signal_number)
        began = time.monotonic()
        wait_until(lambda: _refused(service.port), seconds=1)
        answer = slow.result().expect(200)
    assert answer.header("Connection").lower() == "close"
    assert idle.closed(2)
    assert service.process.wait(5) == 0
    assert time.monotonic() - began < 4


def _refused(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except (ConnectionRefusedError, ConnectionResetError):  # reset: it was still waiting to be accepted
        return True
    return False


def test_stop_commits_a_write_under_way(start, database, make_api, sql, new_code):
    service = start(database)
    code = new_code()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        slow = pool.submit(make_api(service).post, "/v1/faults/wait", json={"code": code, "seconds": 0.6})
        time.sleep(0.3)
        service.process.send_signal(signal.SIGTERM)
        slow.result().expect(201)
    assert service.process.wait(5) == 0
    assert sql("delete from engine.widget where code = %s returning 1", code) == [(1,)]


def test_stop_does_not_wait_for_ever(start, database):
    service = start(database, drain_seconds=0, idle_seconds=30)
    with Wire(service.port) as wire:
        wire.send(b"POST /v1/search HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{")
        time.sleep(0.2)
        began = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        service.process.wait(6)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("path, status, operation", [
    ("/v1/widgets?batch=hidden-value", 200, "widgets_list"),
    ("/v1/widgets?nothing=hidden-value", 400, "widgets_list"),
    ("/v1/faults/internal", 500, "faults_internal"),
    ("/livez", 200, "service_live"),
])
def test_each_request_is_one_line_of_json(api, service, path, status, operation):
    identity = uuid.uuid4().hex
    api.get(path, headers={"X-Request-Id": identity, "Cookie": "hidden-value"}).expect(status)
    lines = [line for line in lines_of(service, identity) if status in line.values()]
    assert len(lines) == 1
    assert operation in lines[0].values() and "GET" in lines[0].values()
    assert "hidden-value" not in service.log_path.read_text()


@pytest.mark.parametrize("path", ["/v1/echo/%22%7D%0A%7B%22/1", "/nowhere%0a%22", "/v1/echo/%5C%22/1", "/%FF%FE",
                                  "/" + "é" * 10, "/" + "\x7f" * 7900, "/" + "a" * 40000], ids=range(7))
def test_no_path_breaks_the_log(service, path):
    identity = uuid.uuid4().hex
    with Wire(service.port) as wire:
        wire.send(f"GET {path} HTTP/1.1\r\nHost: a\r\nX-Request-Id: {identity}\r\n\r\n".encode())
        wire.reply()
    assert lines_of(service, identity)


def test_trace_is_continued(api, service):
    trace, identity = uuid.uuid4().hex, uuid.uuid4().hex
    headers = {"X-Request-Id": identity, "traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    api.get("/livez", headers=headers).expect(200)
    assert trace in lines_of(service, identity)[0].values()


@pytest.mark.parametrize("header", [
    "00-{0}-00f067aa0ba902b7", "00-{0}-0000000000000000-01", "ff-{0}-00f067aa0ba902b7-01",
    "00-" + "0" * 32 + "-00f067aa0ba902b7-01",
    "00-{0}x-00f067aa0ba902b7-01", "garbage", "00-{1}-00f067aa0ba902b7-01", "",
])
def test_invalid_trace_is_replaced(api, service, header):
    trace, identity = uuid.uuid4().hex, uuid.uuid4().hex
    text = header.format(trace, trace.upper())
    api.get("/livez", headers={"X-Request-Id": identity, "traceparent": text}).expect(200)
    line = lines_of(service, identity)[0]
    assert trace not in line.values()
    assert [value for value in line.values() if re.fullmatch(r"[0-9a-f]{32}", str(value)) and value != identity]


SAMPLE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)'
                    r'(\{(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)*\})? (NaN|[+-]?Inf|[-+0-9.eE]+)$')


def scrape(service):
    answer = requests.get(service.metrics_url, timeout=5)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/plain")
    assert answer.text.endswith("\n")
    return answer.text


def test_metrics_are_well_formed(api, service, widget):
    identity = widget().json()["id"]
    api.get("/v1/widgets/" + identity).expect(200)
    api.get("/v1/somewhere-else").expect(404)
    text = scrape(service)
    typed, samples = {}, []
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            name, kind = line.split()[2:]
            assert name not in typed and kind in ("counter", "gauge", "histogram", "summary")
            typed[name] = kind
        elif line and not line.startswith("#"):
            match = SAMPLE.fullmatch(line)
            assert match, line
            base = re.sub(r"_(bucket|sum|count)$", "", match[1])
            assert match[1] in typed or typed.get(base) == "histogram", line
            samples.append(match[1] + (match[2] or ""))
    assert samples and len(samples) == len(set(samples))
    assert identity not in text and "/v1" not in text and "somewhere-else" not in text
    assert '"widgets_get"' in text and re.search(r'"faults_\w+"', text)
    for name, kind in typed.items():
        assert (kind == "counter") == name.endswith("_total"), name


def test_metrics_count(api, service):
    def total():
        rows = re.findall(r'^(\w+_total)\{([^}]*"echo_fixed"[^}]*)\} (\S+)$', scrape(service), flags=re.M)
        return sum(float(value) for name, labels, value in rows if '200' in labels or 'code' not in labels)

    before = total()
    for _ in range(3):
        api.get("/v1/echo/fixed/1").expect(200)
    wait_until(lambda: total() - before >= 3, seconds=2)


def test_metrics_have_their_own_port(start, service, database):
    base = service.metrics_url.rsplit("/", 1)[0]
    assert requests.get(base + "/v1/widgets", timeout=5).status_code == 404
    quiet = start(database)
    assert requests.get(quiet.url + "/metrics", timeout=5).status_code == 404
    assert quiet.stop() == 0


def test_metrics_port_is_announced(start, database):
    port = free_port()
    service = start(database, metrics_port=port)
    assert service.announced[0] == f"accord: metrics on http://127.0.0.1:{port}/metrics"
    assert service.announced[1:] == [f"accord: serving on {service.url}"]
    assert service.stop() == 0
