# SPDX-License-Identifier: MIT
"""The service as a process; what it is asked, and the statements that it then runs."""

import base64
import concurrent.futures
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import threading
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
ACCORD = os.environ.get("TEST_ACCORD", str(ROOT / "build" / "accord"))
SOCKET = os.environ["CLUSTER_SOCKET"]
KEY = bytes.fromhex(os.environ["ACCORD_CURSOR_KEY"])
CONTRACT = json.loads(pathlib.Path(os.environ["ACCORD_CONTRACT"]).read_text(encoding="utf-8"))
NO_LIMIT = "60000000,60000000,60000000"  # counted, and never reached
NEAR = "51.5155,-0.0922"  # the City of London: nowhere are schools denser


def pool_size():
    """Connections that the service opens by default: two a core."""
    return 2 * os.cpu_count()


class Service:
    """accord serve on a database, as it is by default: a line a request in its log, which is a file here."""

    def __init__(self, database, quiet=False, **settings):
        environment = {**os.environ, "ACCORD_PORT": "0", "ACCORD_METRICS_PORT": "0",
                       "ACCORD_RATES_ANONYMOUS": NO_LIMIT, "ACCORD_RATES": NO_LIMIT,
                       "ACCORD_DATABASE": f"host={SOCKET} dbname={database} user=accord_api", **settings}
        self.log = open(os.devnull, "w+b") if quiet else tempfile.TemporaryFile()
        self.process = subprocess.Popen([ACCORD, "serve"], env=environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=self.log, text=True, cwd=ROOT)
        line = self.process.stdout.readline()
        match = re.match(r"accord: serving on (http://127\.0\.0\.1:\d+)$", line)
        if not match:
            self.stop()
            self.log.seek(0)
            raise SystemExit(f"the service does not start: {line}{self.log.read().decode()}")
        self.url = match[1]

    def get(self, path):
        """The JSON of a path that must answer 200."""
        with urllib.request.urlopen(self.url + path, timeout=30) as reply:
            return json.load(reply)

    def ask_together(self, requests, connections):
        """Asks for each request over all connections at once, then for the next; returns how many it were. A request is
        METHOD, PATH and any number of "NAME: VALUE", separated by tabs."""
        together = threading.Barrier(connections)

        def ask():
            connection = http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=30)
            for request in requests:
                method, path, *headers = request.split("\t")
                together.wait(30)
                connection.request(method, path, headers=dict(header.split(": ", 1) for header in headers))
                connection.getresponse().read()
            connection.close()

        with concurrent.futures.ThreadPoolExecutor(connections) as threads:
            for each in [threads.submit(ask) for _ in range(connections)]:
                each.result()
        return len(requests) * connections

    def memory(self):
        """Megabytes (10^6) resident: now, and at most so far."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return [int(re.search(rf"{name}:\s+(\d+) kB", status)[1]) * 1024 / 1e6 for name in ("VmRSS", "VmHWM")]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Bare:
    """A server with nothing behind it, which answers everything as a service answers a path now."""

    def __init__(self, service, path):
        connection = http.client.HTTPConnection(service.url.removeprefix("http://"), timeout=30)
        connection.request("GET", path)
        reply = connection.getresponse()
        own = ("date", "connection", "content-length")  # the library's
        text = "".join(f"{name}: {value}\n" for name, value in reply.getheaders() if name.lower() not in own)
        self.file = tempfile.NamedTemporaryFile()
        self.file.write(text.encode() + b"\n" + reply.read())
        self.file.flush()
        connection.close()
        self.process = subprocess.Popen([ROOT / "build" / "tests" / "bench" / "bare", self.file.name],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().removeprefix("bare: serving on ").strip()

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.file.close()


def resolve(node):
    """What a reference of the contract stands for."""
    while "$ref" in node:
        target = CONTRACT
        for part in node["$ref"][2:].split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


class List:
    """A list of the contract, with the cursors that the service would make."""

    def __init__(self, path, operation):
        self.path, self.id = path, operation["operationId"]
        self.parameters = [resolve(parameter) for parameter in operation["parameters"]]
        self.names = [parameter["name"] for parameter in self.parameters]
        self.orders = resolve(next(p for p in self.parameters if p["name"] == "order")["schema"])["enum"]
        self.own_orders = [order for order in self.orders if "relevance" not in order]  # the others need a search

    def query(self, order, **others):
        """What must be asked for this order."""
        query = {"order": order, **others}
        if "distance" in order:
            query.setdefault("near", NEAR)
        return query

    def url(self, query, keys=None):
        """Path and query of the page behind these keys."""
        after = {"after": self.cursor(query, keys)} if keys else {}
        return self.path + "?" + urllib.parse.urlencode({**query, **after}, safe=",")

    def scope(self, query):
        texts = []
        for parameter in self.parameters:
            name, default = parameter["name"], resolve(parameter["schema"]).get("default")
            text = query.get(name, default)
            if text is None or parameter["in"] != "query" or name in ("after", "limit"):
                continue
            text = json.dumps(text) if isinstance(text, bool) else str(text)
            texts.append(f"\n{name}={len(text.encode())}:{text}")
        return self.id + "".join(texts)

    def cursor(self, query, keys):
        """Sealed as api/cursor.c does it."""
        text = bytes([1, len(keys)])
        for key in keys:
            raw = b"" if key is None else key.encode()
            text += (0xFFFF if key is None else len(raw)).to_bytes(2, "big") + raw
        tag = hmac.new(KEY, self.scope(query).encode() + b"\0" + text, hashlib.sha256).digest()[:16]
        return base64.urlsafe_b64encode(text + tag).decode().rstrip("=")


def lists():
    """Every public list that needs no path parameter."""
    for path, methods in CONTRACT["paths"].items():
        operation = methods.get("get", {})
        names = [resolve(parameter)["name"] for parameter in operation.get("parameters", [])]
        if "order" in names and "{" not in path and not operation["security"]:
            yield List(path, operation)
