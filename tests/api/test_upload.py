# SPDX-License-Identifier: MIT
"""accord upload: sends, goes on where it was interrupted, waits, and says what became of it. The operations that it
calls are imports_create, imports_get, imports_parts_put, imports_start, jobs_get and oauth_token."""

import http.server
import os
import re
import subprocess
import threading
import time

import pytest
import requests

import importing
from conftest import ACCORD, clean_environment, run_accord
from working import PART, REGIONS, Caller, Office, read


@pytest.fixture(scope="module")
def office(bundle, tmp_path_factory):
    office = Office(os.environ["TEST_DATABASE"], bundle, tmp_path_factory.mktemp("office"))
    yield office
    office.close()


@pytest.fixture(autouse=True)
def worker(office):
    office.empty()
    worker = office.worker()
    yield worker
    assert worker.stop() == 0


@pytest.fixture
def caller(office, contract):
    return Caller(office, contract, "operations")


@pytest.fixture
def upload(office):
    def run(*arguments, **settings):
        return run_accord("upload", *arguments, **{"public_url": office.service.url,
                                                   "token": office.tokens["operations"], **settings})
    return run


class Relay(http.server.ThreadingHTTPServer):
    """A network between client and service that loses what it is told to."""

    daemon_threads = True

    def __init__(self, target):
        super().__init__(("127.0.0.1", 0), Passer)
        self.target = target
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.seen = []  # every request that arrived
        self.lose = lambda method, path: False  # whether a reply is lost
        self.stop = lambda method, path: False  # whether a request goes no further
        self.stopped = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Passer(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def relay(self):
        server = self.server
        server.seen.append((self.command, self.path))
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if server.stop(self.command, self.path):
            server.stopped.set()
            return time.sleep(60)
        own = ("host", "content-length")
        headers = {name: value for name, value in self.headers.items() if name.lower() not in own}
        answer = requests.request(self.command, server.target + self.path, data=body, headers=headers, timeout=30,
                                  allow_redirects=False)
        if server.lose(self.command, self.path):
            return self.connection.close()
        self.send_response(answer.status_code)
        for name in ("Content-Type", "Location", "Retry-After"):
            if name in answer.headers:
                self.send_header(name, answer.headers[name])
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)
        return None

    do_GET = do_POST = do_PUT = relay


@pytest.fixture
def relay(office):
    relay = Relay(office.service.url)
    yield relay
    relay.shutdown()
    relay.server_close()


@pytest.fixture
def large(tmp_path):
    """A file of three parts, none of whose rows is new to anybody but the first."""
    path = tmp_path / "large.csv"
    header, *rows = read(REGIONS).decode().splitlines()
    rows = (rows * (2 * PART // len("\n".join(rows)) + 2))
    path.write_text("\n".join((header, *rows)) + "\n")
    return path


def test_a_file_is_sent_and_imported(office, upload, tmp_path):
    direct = importing.run(office.database, "areas", REGIONS)
    office.empty()
    done = upload("--kind", "areas", REGIONS)
    assert (done.returncode, done.stderr) == (0, "")
    told = re.fullmatch(r"dfe_regions\.csv: areas, (\d+) rows: (\d+) inserted, (\d+) updated, (\d+) unchanged, "
                        r"(\d+) rejected, (\d+) skipped \(/v1/jobs/[0-9a-f-]{36}\)\n", done.stdout)
    assert tuple(map(int, told.groups())) == direct.counts()


def test_the_job_is_believed_wherever_it_leads(upload, relay, caller):
    assert upload("--kind", "areas", REGIONS, public_url=relay.url).returncode == 0
    [job] = {path for _, path in relay.seen if path.startswith("/v1/jobs/")}
    assert caller.get(job).status == 303 and relay.seen[-1] == ("GET", job)


def test_the_same_again_changes_nothing(upload):
    assert upload("--kind", "areas", REGIONS).returncode == 0
    again = upload(REGIONS, "--kind", "areas")
    assert again.returncode == 0 and " 0 inserted, 0 updated, " in again.stdout


def test_an_interrupted_command_goes_on(office, upload, relay, large, caller):
    relay.stop = lambda method, path: path.endswith("/parts/2")
    cut = subprocess.Popen([ACCORD, "upload", "--kind", "areas", large],
                           env=clean_environment(public_url=relay.url, token=office.tokens["operations"]))
    assert relay.stopped.wait(20)
    cut.kill()
    cut.wait(10)
    parts = [path for method, path in relay.seen if method == "PUT"]
    address = parts[0].split("/parts/")[0]
    assert caller.ok(address).json()["parts"] == [1] and parts[1].endswith("/parts/2")
    relay.stop = lambda method, path: False
    relay.seen.clear()
    done = upload("--kind", "areas", large, public_url=relay.url)
    assert done.returncode == 0, done.stderr
    assert [path for method, path in relay.seen if method == "PUT"] == [f"{address}/parts/2", f"{address}/parts/3"]
    assert office.database.value("select count(*) from restricted.import") == 1


def test_requests_that_are_lost_are_sent_again(office, upload, relay, large):
    lost = set()

    def lose_first(method, path):
        first = (method, path) not in lost
        lost.add((method, path))
        return first

    relay.lose = lose_first
    done = upload("--kind", "areas", large, public_url=relay.url)
    assert done.returncode == 0, done.stderr
    assert office.database.rows("select count(*), (select count(*) from restricted.job where kind = 'import')"
                                " from restricted.import") == [(1, 1)]


def test_a_client_gets_its_own_token(office, upload):
    secret = office.make_secret("operations")
    named = {"token": "", "client_id": "operations"}
    done = upload("--kind", "areas", REGIONS, client_secret=secret, **named)
    assert done.returncode == 0, done.stderr
    wrong = secret[:-1] + ("b" if secret.endswith("a") else "a")
    refused = upload("--kind", "areas", REGIONS, client_secret=wrong, **named)
    assert refused.returncode == 1 and "401 invalid_client" in refused.stderr
    nobody = upload("--kind", "areas", REGIONS, token="")
    assert nobody.returncode == 1 and "ACCORD_TOKEN" in nobody.stderr


@pytest.mark.parametrize("arguments", [(), ("--kind", "areas"), (REGIONS,), ("--kind",), ("--what", "x", REGIONS)])
def test_what_is_not_understood_is_said(upload, arguments):
    done = upload(*arguments)
    assert done.returncode == 2 and "usage" in done.stderr


@pytest.mark.parametrize("kind, content, words", [
    ("nothing", b"x", "422 Invalid body: /kind"),
    ("areas", b"", "is empty"),
    ("areas", b"no such columns\n1\n", "file.csv: "),
])
def test_a_file_that_is_refused_is_said(upload, tmp_path, kind, content, words):
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    done = upload("--kind", kind, path)
    assert done.returncode == 1 and words in done.stderr and done.stdout == ""


def test_the_first_failure_ends_the_command(upload, tmp_path):
    done = upload("--kind", "areas", tmp_path / "missing.csv", REGIONS)
    assert done.returncode == 1 and "No such file" in done.stderr and done.stdout == ""


def test_a_lesser_token_is_refused(office, upload):
    done = upload("--kind", "areas", REGIONS, token=office.tokens["reader"])
    assert done.returncode == 1 and "403 Insufficient scope" in done.stderr


def test_no_service_is_said(upload):
    done = upload("--kind", "areas", REGIONS, public_url="http://127.0.0.1:9")
    assert done.returncode == 1 and "http://127.0.0.1:9: " in done.stderr


def test_the_progress_bar_stays_off_paper(upload, large):
    assert upload("--kind", "areas", large).stderr == ""
