# SPDX-License-Identifier: MIT
"""The program under test as a process, and a client that holds every reply against the contract."""

import json
import os
import pathlib
import queue
import re
import signal
import socket
import subprocess
import threading
import uuid

import requests

from cluster import HERE, ROOT
from wire import wait_until

ACCORD = pathlib.Path(os.environ.get("TEST_ACCORD", ROOT / "build" / "accord")).resolve()
ORIGIN = "https://app.example"
# Limits that work and that no test reaches by accident; all tests are one client, who may take the whole pool.
UNLIMITED = {"rates": "60000000,60000000,60000000", "rates_anonymous": "60000000,60000000,60000000",
             "pool_share": 100}
JSON = "application/json"
PATCH = "application/merge-patch+json"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(**settings):
    """This process' environment without its own ACCORD_ settings, and these instead: of development, for in production
    nobody may look into a process, a leak checker neither."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ACCORD_")}
    settings = {"mode": "development", **settings}
    return {**clean, **{f"ACCORD_{name.upper()}": str(value) for name, value in settings.items()}}


def accord(*arguments, **settings):
    """Runs the program to its end."""
    return subprocess.run([ACCORD, *arguments], env=environment(**settings), text=True, timeout=20,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


class Service:
    """accord serve, ready when made."""

    def __init__(self, directory, **settings):
        self.log_path = pathlib.Path(directory) / f"{uuid.uuid4()}.log"
        settings = {"port": 0, "metrics_port": 0, "operations": HERE / "operations", **settings}
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen([ACCORD, "serve"], env=environment(**settings), text=True,
                                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log)
        self.lines = queue.Queue()
        self.announced = []  # what it printed until it was ready
        threading.Thread(target=self._read, daemon=True).start()
        self.port = self._await(r"accord: serving on http://127\.0\.0\.1:(\d+)$")
        self.url = f"http://127.0.0.1:{self.port}"
        self.public = settings.get("public_url", self.url)

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def _await(self, pattern):
        while True:
            line = self.lines.get(timeout=10)
            assert line is not None, f"it did not start:\n{self.log_path.read_text()}"
            self.announced.append(line)
            if match := re.search(pattern, line):
                return int(match.group(1))

    def log(self):
        """The lines of every request that was answered. Lines are written in order, a moment after the reply: behind
        the line of a request of our own, which is left out, nothing is missing."""
        if self.process.poll() is None:
            marker = f"marker-{uuid.uuid4().hex[:24]}"
            requests.get(self.url + "/livez", headers={"X-Request-Id": marker}, timeout=10)
            wait_until(lambda: marker in self.log_path.read_text())
        lines = [json.loads(line) for line in self.log_path.read_text().splitlines()]
        return [line for line in lines if not line.get("requestId", "").startswith("marker-")]

    def stop(self, seconds=15):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


def lines_of(service, request_id):
    """The lines of the log about a request that was answered."""
    return [line for line in service.log() if line.get("requestId") == request_id]


class Answer:
    """A reply of requests with what the contract and the tests ask of it."""

    def __init__(self, response):
        self.status = response.status_code
        self.headers = response.headers
        lines = response.raw.headers.items()
        assert len(lines) == len(self.headers), f"a header was sent twice: {lines}"
        self.body = response.content

    def header(self, name):
        return self.headers.get(name)

    def json(self):
        return json.loads(self.body)

    @property
    def etag(self):
        return self.headers["ETag"]

    @property
    def version(self):
        return self.etag.strip('"').split(".")[0]

    @property
    def slug(self):
        return self.json()["type"].rsplit("/", 1)[1]

    def expect(self, status, slug=None):
        assert self.status == status, f"{self.status}: {self.body.decode(errors='replace')}"
        if slug:
            assert self.slug == slug, self.body.decode()
        return self

    def errors(self):
        """{pointer or parameter: code} of a problem's violations."""
        return {error.get("pointer", error.get("parameter")): error["code"] for error in self.json()["errors"]}


class Client:
    """Requests to one service; each reply is judged by the contract. Not for several threads at once."""

    def __init__(self, service, contract):
        self.service = service
        self.contract = contract
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.clear()

    def call(self, method, path, *, json=None, data=None, headers=None, timeout=20):
        sent = {"Accept-Encoding": "identity", **(headers or {})}
        if json is not None:
            data = _dump(json)
            sent.setdefault("Content-Type", PATCH if method == "PATCH" else JSON)
        response = self.session.request(method, self.service.url + path, data=data, headers=sent, timeout=timeout,
                                        allow_redirects=False)
        answer = Answer(response)
        if method != "OPTIONS":
            self.contract.check(method, path.split("?")[0], answer)
        return answer

    def get(self, path, **kwargs):
        return self.call("GET", path, **kwargs)

    def post(self, path, key=None, headers=None, **kwargs):
        """A POST with an Idempotency-Key, a new one unless given."""
        sent = {"Idempotency-Key": key or str(uuid.uuid4()), **(headers or {})}
        return self.call("POST", path, headers=sent, **kwargs)

    def change(self, method, path, etag, headers=None, **kwargs):
        """A request with If-Match."""
        return self.call(method, path, headers={"If-Match": etag, **(headers or {})}, **kwargs)


def _dump(value):
    return json.dumps(value).encode()
