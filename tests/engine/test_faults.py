# SPDX-License-Identifier: MIT
"""What goes wrong inside, and what a client sees of it."""

import concurrent.futures
import time

import pytest

from service import Client
from wire import Wire, request, wait_until


def test_statement_that_takes_too_long_is_503(api):
    began = time.monotonic()
    answer = api.get("/v1/faults/slow?seconds=10").expect(503, "overloaded")
    assert 1.5 < time.monotonic() - began < 4
    assert int(answer.header("Retry-After")) >= 1


@pytest.mark.parametrize("path", ["internal", "touch", "empty"])
def test_failure_is_500_and_keeps_its_reasons(api, service, path):
    answer = api.get(f"/v1/faults/{path}", headers={"X-Request-Id": f"fault-{path}"}).expect(500, "internal")
    for text in (b"kettle", b"engine", b"read-only", b"transaction", b"plpgsql", b"row"):
        assert text not in answer.body.lower().replace(b"internal", b"")
    assert answer.json()["errors"] == []


def test_reasons_are_in_the_log(api, service):
    api.get("/v1/faults/internal", headers={"X-Request-Id": "kettle-request"}).expect(500)
    lines = [line for line in service.log() if "kettle-request" in line.values()]
    assert "the secret kettle boiled over" in str(lines)


def test_data_exception_of_a_read_is_400(api):
    answer = api.get("/v1/faults/data?divisor=0").expect(400, "invalid-parameter")
    assert b"division" not in answer.body
    assert api.get("/v1/faults/data?divisor=7").expect(200).json() == {"quotient": 8}


def test_refusal_of_a_read_names_its_parameter(api):
    answer = api.get("/v1/faults/refuse?near=51,0").expect(400, "invalid-parameter")
    assert [error["parameter"] for error in answer.json()["errors"]] == ["near"]
    api.get("/v1/faults/refuse?near=51,0&within=5").expect(200)
    api.get("/v1/faults/refuse").expect(200)


def terminate(sql, waiting=False):
    condition = "and state = 'active'" if waiting else ""
    return sql("select pg_terminate_backend(pid) from pg_stat_activity"
               f" where usename = 'accord_api' and datname = current_database() {condition}")


def test_connections_that_died_idle_are_not_noticed_by_clients(api, sql, widget):
    made = widget()
    path = "/v1/widgets/" + made.json()["id"]
    for _ in range(3):
        api.get(path).expect(200)
        assert terminate(sql)
        api.get(path).expect(200)
    assert terminate(sql)
    api.change("PATCH", path, made.etag, json={"quantity": 1}).expect(200)


def test_connection_that_dies_at_work_is_503(service, make_api, sql, api):
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        slow = pool.submit(make_api(service).get, "/v1/faults/slow?seconds=1.9")
        wait_until(lambda: terminate(sql, waiting=True))
        # A read may be tried once more on a new connection; what it may not do is hang or leak.
        assert slow.result().status in (200, 503)
    api.get("/v1/echo/fixed/1").expect(200)


def test_changed_table_is_prepared_again(api, sql, widget):
    path = "/v1/widgets/" + widget().json()["id"]
    api.get(path).expect(200)
    sql("alter table engine.widget add column later text")
    try:
        api.get(path).expect(200)
        api.change("PATCH", path, "*", json={"quantity": 2}).expect(200)
        api.get("/v1/widgets?limit=2").expect(200)
    finally:
        sql("alter table engine.widget drop column later")
    api.get(path).expect(200)
    api.change("PATCH", path, "*", json={"quantity": 3}).expect(200)


def test_changed_type_is_prepared_again_in_the_midst_of_a_patch(api, sql, widget):
    paths = ["/v1/widgets/" + widget().json()["id"] for _ in range(3)]
    for path in paths:
        api.change("PATCH", path, "*", json={"quantity": 1}).expect(200)
    for kind in ("varchar", "text"):
        sql(f"alter table engine.widget alter column batch type {kind}")
        for path in paths:
            api.change("PATCH", path, "*", json={"quantity": 2}).expect(200)


def test_no_transaction_stays_open(api, sql, widget):
    made = widget()
    path = "/v1/widgets/" + made.json()["id"]
    api.change("PATCH", path, '"9.x"', json={"name": "x"}).expect(412)
    api.post(path + "/paint", json={"colour": "red"}).expect(200)
    api.post(path + "/paint", json={"colour": "red"}).expect(409)
    api.get("/v1/faults/internal").expect(500)
    stuck = sql("select state, query from pg_stat_activity"
                " where usename = 'accord_api' and datname = current_database()"
                " and state not in ('idle', 'active')")
    assert stuck == []


def test_client_that_hangs_up_does_no_harm(service, make_api, contract):
    for _ in range(5):
        with Wire(service.port) as wire:
            wire.send(request("GET", "/v1/faults/slow?seconds=0.2"))
    for path in ("/v1/echo/%25s%25s%25n%25n/1", "/v1/widgets?batch=%25n%25s"):
        with Wire(service.port) as wire:
            wire.send(request("GET", path))
    time.sleep(0.3)
    Client(service, contract).get("/v1/echo/fixed/1").expect(200)
