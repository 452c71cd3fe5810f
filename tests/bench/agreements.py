# SPDX-License-Identifier: MIT
"""Signing: how many a second on agreements of their own, whether any is lost when the service is killed, and ten
parties on one agreement at once."""

import concurrent.futures
import itertools
import json
import pathlib
import re
import socket
import sys
import tempfile
import threading
import time
import uuid

import database
from service import ROOT, SOCKET, Service

sys.path.append(str(ROOT / "tests" / "api"))
from callers import Callers  # noqa: E402
from partnering import agreement  # noqa: E402

DISTINCT = 1_000    # agreements that wait for one signature each
DOOMED = 400        # further ones, among whose signatures the service is killed
KILL_AFTER = 0.5    # seconds
CONNECTIONS = 16
PARTIES = 10
LEADS = 4           # an organisation has a thousand partnerships at most
SIGNATORIES = 4     # one alone has a share of the connections to the database


class Signer:
    """A signatory's requests, each on a connection that is kept while it lasts. They share the machine with what is
    measured, so they are bytes on a socket: a client for all of HTTP takes more of it."""

    def __init__(self, service, headers):
        self.host, port = service.url.removeprefix("http://").split(":")
        self.port = int(port)
        lines = {**headers, "Host": self.host, "Content-Type": "application/json"}
        self.head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.local = threading.local()

    def sign(self, key, digest):
        """The status, or None when nobody answers."""
        body = json.dumps({"textSha256": digest})
        request = (f"POST /v1/partnerships/{key}/agreements/1/sign HTTP/1.1\r\n{self.head}Idempotency-Key:"
                   f" {uuid.uuid4()}\r\nContent-Length: {len(body)}\r\n\r\n{body}")
        try:
            return self.exchange(request.encode())
        except OSError:
            self.local.connection = None
            return None

    def exchange(self, request):
        connection = getattr(self.local, "connection", None)
        if connection is None:
            connection = self.local.connection = socket.create_connection((self.host, self.port), timeout=30)
        connection.sendall(request)
        reply, rest = b"", 1
        while rest > 0:
            part = connection.recv(65536)
            if not part:
                raise ConnectionResetError
            reply += part
            head, _, body = reply.partition(b"\r\n\r\n")
            length = re.search(rb"\r\nContent-Length: (\d+)", head, re.IGNORECASE)
            rest = int(length[1]) - len(body) if length else 1
        return int(reply.split(b" ", 2)[1])


def make(callers, leads, parties, count):
    """Agreements that are open, each between one of the leads and one of the parties in turn: (id, hash) each."""
    callers.sql("set synchronous_commit = off")  # of what is not measured
    pairs = zip(itertools.cycle(leads), itertools.cycle(parties))
    return [agreement(callers, lead, [party], "open") for lead, party in itertools.islice(pairs, count)]


def kept(callers, parties):
    return {str(key) for key, in callers.sql(
        "select partnership_id from restricted.agreement_signature where organisation_id = any (%s::uuid[])", parties)}


def sign_all(signers, waiting):
    """Signs over all connections; the statuses, and the seconds that it took."""
    started = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as threads:
        statuses = list(threads.map(Signer.sign, itertools.cycle(signers), *zip(*waiting)))
    return statuses, time.monotonic() - started


def agreements(bench):
    """Signatures over HTTP, each with its receipt, its event and its audit, in one transaction."""
    figures, folder = bench.figures, pathlib.Path(tempfile.mkdtemp())
    figures.title(f"Signing: {CONNECTIONS} HTTP connections, a receipt each")
    callers = Callers(folder, f"host={SOCKET} dbname=bench_england user=postgres")
    ids = [key for key, in database.run(
        "bench_england", "select id::text from reference.organisation where status is distinct from 'Closed'"
        f" order by md5(id::text) limit {LEADS + SIGNATORIES + PARTIES - 1}")]
    leads, signatories, others = ids[:LEADS], ids[LEADS:LEADS + SIGNATORIES], ids[LEADS + SIGNATORIES:]
    settings = {"ACCORD_PROVIDERS": str(callers.providers), "ACCORD_KEYS": str(folder / "keys"),
                "ACCORD_RATES": "60000000,60000000,60000000"}
    people = [callers.person((party, "signatory")) for party in signatories]
    waiting = make(callers, leads, signatories, DISTINCT + DOOMED)
    database.settle("bench_england")
    service = Service("bench_england", quiet=True, **settings)
    statuses, seconds = sign_all([Signer(service, one) for one in people], waiting[:DISTINCT])
    figures.at_least("signatures on distinct agreements", statuses.count(200) / seconds, 300, "/s",
                     f"{statuses.count(200):,} of {DISTINCT:,} in {seconds:.1f} s")
    threading.Timer(KILL_AFTER, service.process.kill).start()
    statuses, _ = sign_all([Signer(service, one) for one in people], waiting[DISTINCT:])
    service.process.wait()
    there = kept(callers, signatories)
    lost = [key for (key, _), status in zip(waiting[DISTINCT:], statuses) if status == 200 and key not in there]
    figures.holds("signatures lost when the service is killed", lost,
                  f"{statuses.count(200):,} answered, of {DOOMED:,}, before it was")
    service = Service("bench_england", quiet=True, **settings)
    parties(figures, callers, service, leads[0], others)
    service.stop()
    callers.close()


def parties(figures, callers, service, lead, others):
    """All sign one agreement at the same moment; who is told to come again does."""
    key, digest = agreement(callers, lead, others, "open")
    signers = [Signer(service, callers.person((one, "signatory"))) for one in (lead, *others)]

    def sign(signer):
        status = signer.sign(key, digest)
        while status in (409, 503):
            status = signer.sign(key, digest)
        return status

    started = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(PARTIES) as threads:
        statuses = list(threads.map(sign, signers))
    seconds = time.monotonic() - started
    [(state,)] = callers.sql("select state from restricted.agreement where partnership_id = %s", key)
    faults = [status for status in statuses if status != 200] + [state] * (state != "inForce")
    figures.holds(f"{len(signers)} parties on one agreement at once, refused or lost", faults,
                  f"{seconds * 1000:.0f} ms")
