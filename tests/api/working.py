# SPDX-License-Identifier: MIT
"""What the tests of imports and jobs share: a database and a service of their own, workers, callers with tokens."""

import hashlib
import json
import os
import re
import signal
import subprocess
import time
import uuid

import importing
from conftest import ACCORD, OPERATIONS, Service, clean_environment, run_accord
from product import Client

PART = 1024 * 1024
BYTES = "application/octet-stream"
SECRET_KEY = "b4" * 32
OURS, THEIRS = "00000000-0000-8000-a000-00000000000a", "00000000-0000-8000-a000-00000000000b"
REGIONS = os.path.join(importing.SAMPLE, "dfe_regions.csv")
# Who calls: the client's name, its organisation, its scopes.
CALLERS = {
    "operations": (OURS, "imports:operate jobs:read jobs:write"),
    "reader": (OURS, "jobs:read"),
    "stranger": (THEIRS, "imports:operate jobs:read jobs:write"),
    "overseer": (THEIRS, "jobs:read jobs:operate"),
    "mighty": (THEIRS, "imports:operate jobs:read jobs:operate"),
}


def wait_for(what, seconds=15):
    """The first truth that what() returns."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {what}")


class Worker:
    """accord work; working when made."""

    def __init__(self, log_path, **settings):
        self.log_path = log_path
        settings = {"operations": OPERATIONS, "lease_seconds": 2, "drain_seconds": 5, **settings}
        with open(log_path, "ab") as log:
            self.process = subprocess.Popen([ACCORD, "work"], env=clean_environment(**settings), text=True,
                                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log)
        ready = self.process.stdout.readline()
        assert ready.startswith("accord: working as "), log_path.read_text()
        self.name = ready.split()[-1]

    def log(self):
        return [json.loads(line) for line in self.log_path.read_text().splitlines()]

    def kill(self):
        self.process.kill()
        self.process.wait(10)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


class Office:
    """A database without data, a service on it, and whoever calls it."""

    def __init__(self, superuser, bundle, directory):
        self.directory = directory
        self.database = importing.Database(superuser, f"accord_jobs_{os.getpid()}")
        self.database.create()
        self.add_callers()
        keys = directory / "keys"
        keys.mkdir(mode=0o700)
        self.settings = {"keys": keys, "mode": "development", "public_url": "http://accord.test",
                         "contract": bundle / "openapi.json", "secret_key": SECRET_KEY}
        self.tokens = {name: self.make_token(name) for name in CALLERS}
        self.service = Service(self, bundle, directory, **self.settings)

    def dsn(self, user):
        return importing.make_dsn(self.database.dsn, user=user)

    def execute(self, statement, *values):
        with self.database.connect() as connection, connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            connection.commit()

    def add_callers(self):
        for number, organisation in enumerate((OURS, THEIRS)):
            self.execute("insert into reference.organisation (id, kind, reference, name, identifiers, resources)"
                         " values (%s, 'university', %s, %s, '{}', '{}')",
                         organisation, f"x{number}", f"Organisation {number}")
        for name, (organisation, scopes) in CALLERS.items():
            self.execute("select accord.create_client(%s, %s, %s, %s, '{}', null, null, sha256('secret'))",
                         name, name, organisation, scopes.split())

    def make_token(self, name):
        organisation, scopes = CALLERS[name]
        done = run_accord("token", "--subject", name, "--client", name, "--organisation", organisation,
                          "--scope", scopes, "--seconds", "3600", **self.settings)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def make_secret(self, name):
        done = run_accord("client", "rotate", name, database=self.dsn("accord_admin"), **self.settings)
        assert done.returncode == 0, done.stderr
        return re.search(r"accord_\w+", done.stdout)[0]

    def worker(self, **settings):
        return Worker(self.directory / f"{uuid.uuid4()}.log", **{"database": self.dsn("accord_worker"), **settings})

    def empty(self):
        """No jobs, no imports, no regions; a sweep has just been, so that none comes between."""
        self.execute("delete from restricted.job; delete from restricted.import; delete from reference.region")
        self.execute("insert into restricted.job (id, kind, requester, caller_client, caller_role, caller_scopes,"
                     " run_after, state, created_at, ended_at) values (gen_random_uuid(), 'sweep', 'service', '', '',"
                     " '', accord.now(), 'done', accord.now(), accord.now())")

    def close(self):
        assert self.service.stop() == 0, self.service.log_path.read_text()[-4000:]
        self.database.drop()


class Caller(Client):
    """A client of the office's service that sends a token and does what the tests do often."""

    def __init__(self, office, contract, name):
        super().__init__(office.service.url, contract)
        if name:
            self.session.headers["Authorization"] = f"Bearer {office.tokens[name]}"

    def post(self, path, body=None, key=None, **headers):
        data = None if body is None else json.dumps(body).encode()
        sent = {"Idempotency-Key": key or str(uuid.uuid4()), **({"Content-Type": "application/json"} if data else {})}
        return self.call("POST", path, headers={**sent, **headers}, data=data)

    def put_part(self, address, number, content, media=BYTES):
        return self.call("PUT", f"{address}/parts/{number}", headers={"Content-Type": media}, data=content)

    def delete(self, path, tag="*"):
        return self.call("DELETE", path, headers={"If-Match": tag})

    def announce(self, content, kind="areas", name="regions.csv", **changes):
        body = {"kind": kind, "name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        return self.post("/v1/imports", {**body, **changes})

    def send(self, content, **changes):
        """Announces a file and sends all of it. Its address."""
        made = self.announce(content, **changes)
        assert made.status == 201, made.body
        address = made.json()["self"]
        for number, start in enumerate(range(0, len(content), PART), 1):
            assert self.put_part(address, number, content[start:start + PART]).status == 204
        return address

    def start(self, address):
        """Starts an import. The job's address."""
        started = self.post(f"{address}/start")
        assert started.status == 202, started.body
        return started.json()["self"]

    def submit(self, content, **changes):
        return self.start(self.send(content, **changes))

    def job(self, address):
        """What is told of a job, whether or not its result is elsewhere by now."""
        answer = self.get(address)
        assert answer.status in (200, 303), answer.body
        return answer.json()

    def await_state(self, address, *states, seconds=15):
        def reached():
            job = self.job(address)
            return job if job["state"] in states else None
        return wait_for(reached, seconds)


def read(path):
    with open(path, "rb") as file:
        return file.read()
