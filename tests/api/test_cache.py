# SPDX-License-Identifier: MIT
"""Reads from memory and imports: what an import has brought is what everybody reads once it has ended."""

import os
import re
import threading
import time
import urllib.error
import urllib.request

import pytest

import importing
from conftest import Service
from importing import AREAS, LISTS, make_dsn, run, sample, write_schools

ROUNDS = 12
READERS = 3
ENGLAND = 20185
FIFTH = 4037  # of them: those that come are four times those that are there


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


@pytest.fixture(name="asking")
def fixture_asking(imported, bundle, tmp_path):
    """A service that asks the database each time, which has areas but no schools."""

    class Imported:
        dsn = staticmethod(lambda user: make_dsn(imported.dsn, user=user))

    with imported.connect() as connection, connection.cursor() as cursor:
        cursor.execute("truncate reference.school cascade")
        connection.commit()
    service = Service(Imported, bundle, tmp_path, cache_mb=0)
    yield service
    assert service.stop() == 0


def ask(service, path):
    """The status, after how many seconds, and whether a refusal says when to come again."""
    began = time.monotonic()
    try:
        with urllib.request.urlopen(service.url + path, timeout=20) as reply:
            reply.read()
            return reply.status, time.monotonic() - began, True
    except urllib.error.HTTPError as refusal:
        return refusal.code, time.monotonic() - began, "Retry-After" in refusal.headers


def read_during(service, act):
    """What readers are answered while something happens."""
    answers, done = [], threading.Event()

    def read(path):
        while not done.is_set():
            answers.append(ask(service, path))

    readers = [threading.Thread(target=read, args=(path,)) for path in (
        "/v1/schools?limit=5", "/v1/schools?near=51.5,0&limit=1", "/v1/schools/100008", "/v1/organisations?limit=5",
        "/v1/local-authorities?limit=5", "/v1/local-authorities/E09000007/summary")]
    for thread in readers:
        thread.start()
    act()
    done.set()
    for thread in readers:
        thread.join()
    return answers


def write_england(path, schools=ENGLAND):
    """As many schools as England has, or the first of them."""
    return write_schools(path, *(
        {"URN": str(100008 + n), "EstablishmentNumber": f"{n % 10000:04}", "EstablishmentName": f"School {n}",
         "Easting": str(450000 + n), "Northing": str(150000 + n)} for n in range(schools)))


@pytest.mark.parametrize("known", (0, 1, FIFTH - 1))
def test_readers_are_answered_while_schools_come_many_times_over(imported, asking, tmp_path, known):
    if known:
        assert run(imported, "gias", write_england(tmp_path / "some.csv", known)).counts()[1] == known
    indexes = "select indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid from pg_index " \
              "join pg_class c on c.oid = indrelid where relnamespace = 'reference'::regnamespace order by 1"
    before, england, done = imported.rows(indexes), write_england(tmp_path / "schools.csv"), []
    answers = read_during(asking, lambda: done.append(run(imported, "gias", england)))
    assert done[0].counts()[1:4] == (ENGLAND - known, 0, known)
    assert imported.rows(indexes) == before
    # Without a school, or with it; or, when the table is shut, after a bounded time and with a time to come again.
    assert {status for status, *_ in answers if status != 503} <= {200, 404}
    assert all(seconds < 4 and told for status, seconds, told in answers if status == 503)
    assert ask(asking, "/v1/schools/100008")[0] == 200


def oids(imported, table="%"):
    """Of the indexes of what is imported: others when they were made again."""
    return imported.rows(
        "select indexrelid::bigint from pg_index join pg_class c on c.oid = indrelid "
        f"where relnamespace = 'reference'::regnamespace and relname like '{table}' order by 1")


def test_nobody_who_reads_schools_waits_for_an_import(imported, asking, tmp_path):
    assert run(imported, "gias", write_england(tmp_path / "some.csv", FIFTH)).counts()[1] == FIFTH
    before, england, done = oids(imported), write_england(tmp_path / "schools.csv"), []
    answers = read_during(asking, lambda: done.append(run(imported, "gias", england)))
    assert done[0].counts()[1:4] == (ENGLAND - FIFTH, 0, FIFTH)
    assert oids(imported) == before
    assert {status for status, *_ in answers} == {200}


@pytest.mark.parametrize("table", ("school", "organisation", "local_authority"))
@pytest.mark.parametrize("known", (0, 5))
def test_an_import_waits_for_nobody_who_reads(imported, asking, tmp_path, table, known):
    if known:
        assert run(imported, "gias", write_england(tmp_path / "some.csv", known)).counts()[1] == known
    england = write_england(tmp_path / "schools.csv")
    with imported.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f"select count(*) from reference.{table}")
        before = oids(imported, table)
        assert run(imported, "gias", england).counts()[1] == ENGLAND - known
        assert oids(imported, table) == before
        connection.rollback()
    assert ask(asking, "/v1/schools/100008")[0] == 200


def test_a_reader_of_what_is_shut_is_told_when_to_come_again(imported, asking):
    with imported.connect() as connection, connection.cursor() as cursor:
        cursor.execute("lock table reference.school in access exclusive mode")
        for path in ("/v1/schools", "/v1/schools/100008"):
            status, seconds, told = ask(asking, path)
            assert (status, told) == (503, True) and seconds < 4
        connection.rollback()
    assert ask(asking, "/v1/schools")[0] == 200


def test_an_import_ends_though_a_service_is_gone(imported, reading, tmp_path):
    path = write_schools(tmp_path / "schools.csv", {"NumberOfPupils": "77"})
    reading.process.kill()
    reading.process.wait()
    began = time.monotonic()
    assert run(imported, "gias", path).status == 0
    assert time.monotonic() - began < 5
