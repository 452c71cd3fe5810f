# SPDX-License-Identifier: MIT
"""Many clients at once: no update is lost, no thread waits without bound, nobody overtakes."""

import concurrent.futures
import socket
import threading
import time

import pytest

from wire import wait_until


def at(made):
    return "/v1/widgets/" + made.json()["id"]


def test_simultaneous_increments_lose_none(service, make_api, api, widget):
    path = at(widget())

    def increment(_):
        client = make_api(service)
        for _ in range(200):
            read = client.get(path).expect(200)
            answer = client.change("PATCH", path, read.etag, json={"quantity": read.json()["quantity"] + 1})
            if answer.status == 200:
                return answer.json()["quantity"]
            assert answer.status in (412, 503) or answer.slug == "busy", answer.body
        return None

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        results = list(pool.map(increment, range(20)))
    assert sorted(results) == list(range(1, 21))
    final = api.get(path)
    assert (final.json()["quantity"], final.version) == (20, "21")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_one_of_four_changes_of_the_same_version_wins(service, make_api, widget, new_code, batch, method):
    for _ in range(5):
        made = widget()
        whole = {"code": new_code(), "name": "x", "batch": batch}
        body = {"PUT": whole, "PATCH": {"name": "x"}, "DELETE": None}[method]
        gate = threading.Barrier(4)

        def change(_, made=made, body=body, gate=gate):
            client = make_api(service)
            client.get("/livez")
            gate.wait()
            return client.change(method, at(made), made.etag, json=body).status

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            statuses = sorted(pool.map(change, range(4)))
        assert statuses[0] in (200, 204) and set(statuses[1:]) <= {412, 404}, statuses


def test_two_paints_have_one_winner(service, make_api, widget):
    path = at(widget()) + "/paint"
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(lambda _: make_api(service).post(path, json={"colour": "red"}).status, range(6)))
    assert statuses == [200] + [409] * 5


def test_waiting_for_the_pool_is_bounded(small, make_api):
    service = small(pool_size=2, pool_wait_ms=400)

    def timed(path):
        began = time.monotonic()
        answer = make_api(service).get(path)
        return answer, time.monotonic() - began

    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        slow = [pool.submit(timed, "/v1/faults/slow?seconds=1.5") for _ in range(2)]
        time.sleep(0.3)
        fast = [pool.submit(timed, "/v1/echo/fixed/1") for _ in range(6)]
        alive = timed("/livez")
        for answer, seconds in (future.result() for future in fast):
            answer.expect(503, "overloaded")
            assert int(answer.header("Retry-After")) >= 1
            assert 0.3 < seconds < 1.1
        for answer, _ in (future.result() for future in slow):
            answer.expect(200)
    assert alive[0].status == 200 and alive[1] < 0.3
    make_api(service).get("/v1/echo/fixed/1").expect(200)


def test_waiters_are_served_in_order(small, make_api):
    service = small(pool_size=1, pool_wait_ms=5000)
    finished = []

    def nap(number):
        make_api(service).get("/v1/faults/slow?seconds=0.15").expect(200)
        finished.append(number)

    threads = [threading.Thread(target=nap, args=(number,)) for number in range(7)]
    for thread in threads:
        thread.start()
        time.sleep(0.04)
    for thread in threads:
        thread.join()
    assert finished == list(range(7))


def test_connections_above_the_limit_do_no_harm(small, make_api):
    service = small(connections=8)
    crowd = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(20)]
    for connection in crowd:
        connection.close()
    wait_until(lambda: _answers(make_api(service)))


def _answers(api):
    try:
        return api.get("/livez").status == 200
    except OSError:
        return False
