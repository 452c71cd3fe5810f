# SPDX-License-Identifier: MIT
"""The database goes away and comes back; the service stays and needs no restart."""

import os
import signal
import time

import psycopg2
import pytest

from cluster import Cluster, Database
from remarking import Remarking
from wire import wait_until


@pytest.fixture(scope="module")
def cluster():
    cluster = Cluster()
    yield cluster
    cluster.remove()


@pytest.fixture(scope="module")
def fragile(cluster):
    return Database(cluster.dsn, "accord_outage")


def test_service_outlives_its_database(cluster, fragile, start, make_api):
    service = start(fragile, pool_size=2)
    api = make_api(service)
    made = api.post("/v1/widgets", json={"code": "OU-0001", "name": "before"}).expect(201)
    path = "/v1/widgets/" + made.json()["id"]
    api.get("/readyz").expect(200)

    for _ in range(2):
        cluster.stop()
        began = time.monotonic()
        for refused in (api.get(path), api.post("/v1/widgets", json={"code": "OU-0002", "name": "lost"}),
                        api.get("/readyz")):
            refused.expect(503, "unavailable")
        assert int(api.get(path).header("Retry-After")) >= 1
        assert time.monotonic() - began < 3
        api.get("/livez").expect(200)
        api.get("/").expect(200)

        cluster.start()
        wait_until(lambda: api.get("/readyz").status == 200)
        assert api.get(path).expect(200).json()["name"] == "before"
        api.get("/v1/widgets?code=OU-0002").expect(200)
    api.change("PATCH", path, made.etag, json={"name": "after"}).expect(200)
    assert api.get("/v1/widgets").expect(200).json()["items"][0]["name"] == "after"
    assert service.stop() == 0


def test_crashed_backend_takes_nothing_with_it(cluster, fragile, start, make_api):
    service = start(fragile, pool_size=2)
    api = make_api(service)
    api.get("/v1/widgets").expect(200)
    cursor = fragile.connect().cursor()
    cursor.execute("select min(pid) from pg_stat_activity where usename = 'accord_api'")
    os.kill(cursor.fetchone()[0], signal.SIGKILL)
    wait_until(lambda: not answers(cursor))  # the server has noticed, and ends every session
    wait_until(lambda: api.get("/readyz").status == 200, seconds=20)
    for _ in range(4):
        api.get("/v1/widgets").expect(200)
    assert service.stop() == 0
    assert service.log()  # what the server remarks on its way down is no line of the log


def test_remarks_before_a_session_is_open_are_no_line_of_the_log(fragile, start, make_api, tmp_path):
    with Remarking(tmp_path, fragile.administrator) as door:
        service = start(fragile, pool_size=2, database=fragile.dsn(user="accord_api", host=str(tmp_path)))
        make_api(service).get("/v1/widgets").expect(200)
        assert service.stop() == 0
        assert door.remarks > 0
        door.shutdown()
    assert service.log()


def answers(cursor):
    try:
        cursor.execute("select 1")
        return True
    except psycopg2.DatabaseError:
        return False
