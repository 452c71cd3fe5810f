# SPDX-License-Identifier: MIT
"""Reads from memory and imports: what an import has brought is what everybody reads once it has ended."""

import os
import re
import threading
import time
import urllib.request

import pytest

import importing
from conftest import Service
from importing import AREAS, LISTS, make_dsn, run, sample, write_schools

ROUNDS = 12
READERS = 3


@pytest.fixture(name="imported", scope="module")
def fixture_imported():
    superuser = os.environ["TEST_DATABASE"]
    database = importing.Database(superuser, importing.database_name(superuser) + "_read")
    database.create()
    assert run(database, "areas", *sample(*AREAS)).status == 0
    assert run(database, "gias", *sample(*LISTS)).status == 0
    yield database
    database.drop()


@pytest.fixture(name="reading")
def fixture_reading(imported, bundle, tmp_path):
    """A service on the imported database, whose replies are kept."""

    class Imported:
        dsn = staticmethod(lambda user: make_dsn(imported.dsn, user=user))

    service = Service(Imported, bundle, tmp_path)
    yield service
    assert service.process.poll() is not None or service.stop() == 0


def get(service, path):
    with urllib.request.urlopen(service.url + path, timeout=20) as reply:
        return reply.read().decode()


def pupils(service, path):
    """The pupils of the only school, whichever way it is read."""
    return int(re.search(r'"pupils": ?\{"value": ?(\d+)', get(service, path))[1])


def test_no_read_is_from_before_an_import_that_has_ended(imported, reading, tmp_path):
    known, stale, reads, done = [1], [], [0] * READERS, threading.Event()
    paths = ("/v1/schools/100008", "/v1/schools?limit=5", "/v1/schools?phase=Primary&order=-pupils")

    def bring(number):
        path = write_schools(tmp_path / "schools.csv", {"NumberOfPupils": str(number)})
        assert run(imported, "gias", path).status == 0
        known[0] = number

    def read(reader):
        while not done.is_set():
            path, least = paths[reads[reader] % len(paths)], known[0]
            value = pupils(reading, path)
            reads[reader] += 1
            if value < least:
                stale.append((path, value, least))

    bring(1)
    readers = [threading.Thread(target=read, args=(reader,)) for reader in range(READERS)]
    for thread in readers:
        thread.start()
    for number in range(2, ROUNDS):
        bring(number)
    done.set()
    for thread in readers:
        thread.join()
    assert not stale, f"{len(stale)} of {sum(reads)}: {stale[:5]}"
    assert sum(reads) > 20 * ROUNDS, reads


def test_an_import_ends_though_a_service_is_gone(imported, reading, tmp_path):
    path = write_schools(tmp_path / "schools.csv", {"NumberOfPupils": "77"})
    reading.process.kill()
    reading.process.wait()
    began = time.monotonic()
    assert run(imported, "gias", path).status == 0
    assert time.monotonic() - began < 5
