# SPDX-License-Identifier: MIT
"""Reads in line for few connections, where one begins while another has the connection: each gets its own answer,
whatever becomes of those before it."""

import concurrent.futures
import random
import re
import threading
import time
import urllib.request

import pytest

from service import free_port
from wire import wait_until

READERS = 12
READS = 60  # of each


@pytest.fixture
def shelf(plant, sql):
    """Widgets, one a reader."""
    made = [plant(name=f"of reader {number}", batch="line") for number in range(READERS)]
    yield made
    sql("delete from engine.widget where batch = 'line'")


@pytest.fixture
def narrow(small):
    """A service with far fewer connections than readers, of which one reader's address may have all."""
    return small(pool_size=2, pool_share=100, pool_wait_ms=10000)


def read_own(api, widget, number, statuses=(200,)):
    """Reads the reader's own widget; returns the status."""
    answer = api.get("/v1/widgets/" + widget)
    assert answer.status in statuses, answer.body
    if answer.status == 200:
        assert (answer.json()["id"], answer.json()["name"]) == (widget, f"of reader {number}")
    return answer.status


def together(read, readers=READERS):
    """What read(number) returns to each of the readers at once."""
    with concurrent.futures.ThreadPoolExecutor(readers) as pool:
        return list(pool.map(read, range(readers)))


def beside(disturb, read):
    """Readers that go on while disturb() is called again and again; what they return, and how often it was called."""
    over, calls = threading.Event(), 0
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        found = pool.submit(together, read)
        found.add_done_callback(lambda _: over.set())
        while not over.wait(0.25):
            disturb()
            calls += 1
        return found.result(), calls


def test_each_gets_its_own_answer(narrow, make_api, shelf):
    def read(number):
        api, dice = make_api(narrow), random.Random(number)
        for _ in range(READS):
            asked = dice.randrange(6)
            if asked == 0:
                api.get("/v1/widgets/00000000-0000-4000-8000-000000000000").expect(404)
            elif asked == 1:
                api.get("/v1/faults/data?divisor=0").expect(400)
            elif asked == 2:
                assert api.get(f"/v1/faults/data?divisor={number + 1}").json() == {"quotient": 60 // (number + 1)}
            elif asked == 3:
                assert len(api.get("/v1/widgets?limit=2").expect(200).json()["items"]) == 2
            elif asked == 4:
                api.get("/v1/faults/internal").expect(500)
            else:
                read_own(api, shelf[number], number)

    together(read)


def test_sessions_that_end_mix_no_answers(narrow, make_api, shelf, sql):
    def read(number):
        api = make_api(narrow)
        return [read_own(api, shelf[number], number, (200, 503)) for _ in range(READS * 4)]

    def end_sessions():
        sql("select pg_terminate_backend(pid) from pg_stat_activity"
            " where usename = 'accord_api' and datname = current_database()")

    statuses, calls = beside(end_sessions, read)
    assert calls > 1
    # A read is tried twice: it takes two sessions that end under it to refuse it.
    assert sum(each.count(503) for each in statuses) <= 4 * calls


def test_changed_table_is_prepared_again_for_all_in_line(narrow, make_api, shelf, sql):
    def read(number):
        api = make_api(narrow)
        for _ in range(READS * 3):
            read_own(api, shelf[number], number)

    def change():
        sql("alter table engine.widget add column later text")
        time.sleep(0.1)
        sql("alter table engine.widget drop column later")

    _, calls = beside(change, read)
    assert calls > 0


def test_who_gives_up_leaves_no_answer_behind(small, make_api, shelf):
    service = small(pool_size=1, pool_wait_ms=500)

    def slow(seconds):
        return make_api(service).get(f"/v1/faults/slow?seconds={seconds}").expect(200).json()["slept"]

    def impatient():
        began = time.monotonic()
        make_api(service).get("/v1/widgets/" + shelf[0]).expect(503, "overloaded")
        return time.monotonic() - began

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        first = pool.submit(slow, 0.3)
        time.sleep(0.1)
        second = pool.submit(slow, 1.5)
        time.sleep(0.1)
        third = pool.submit(impatient)  # begun behind the second, and given up before that is over
        assert (first.result(), 0.4 < third.result() < 1.2) == (0.3, True)
        time.sleep(0.8)
        fourth = pool.submit(read_own, make_api(service), shelf[1], 1)
        assert (second.result(), fourth.result()) == (1.5, 200)
    for number in range(READERS):
        read_own(make_api(service), shelf[number], number)


def test_metrics_tell_who_waits(small, make_api):
    port = free_port()
    service = small(pool_size=1, pool_wait_ms=5000, metrics_port=port)

    def waiting():
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as reply:
            return int(re.search(r"^accord_pool_waiting (\d+)$", reply.read().decode(), re.MULTILINE)[1])

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        naps = [pool.submit(make_api(service).get, "/v1/faults/slow?seconds=0.4") for _ in range(4)]
        for left in (3, 2, 1, 0):  # in line at first, then behind the one who has the connection
            wait_until(lambda left=left: waiting() == left)
        assert [each.result().status for each in naps] == [200] * 4


def test_nobody_comes_long_after_what_takes_long(small, make_api):
    """Short reads of many, beside one that takes as long as a read may as soon as it is its turn."""
    service = small(pool_size=2, pool_share=50, pool_wait_ms=5000, trusted_proxies="127.0.0.0/8")
    over = threading.Event()

    def read(api, seconds, address):
        began = time.monotonic()
        api.get(f"/v1/faults/slow?seconds={seconds}", headers={"X-Forwarded-For": f"192.0.2.{address}"}).expect(200)
        return time.monotonic() - began

    def dawdle():
        api, reads = make_api(service), 0
        while not over.is_set():
            read(api, 1, 40)
            reads += 1
        return reads

    def read_on(number):
        api = make_api(service)
        return max(read(api, 0.02, 50 + number) for _ in range(12))

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        dawdler = pool.submit(dawdle)
        slowest = max(together(read_on))
        over.set()
        assert dawdler.result() > 1
    assert slowest < 0.8, slowest  # all others' reads take a quarter of a second


def test_reads_that_nobody_will_follow_are_made_once(small, make_api):
    """Reads too long to follow take what they take: few are begun for who does not wait for them."""
    service = small(pool_size=1, pool_wait_ms=10000)
    nap, naps = 0.06, 6

    def read_on(_):
        api = make_api(service)
        for _ in range(naps):
            api.get(f"/v1/faults/slow?seconds={nap}").expect(200)

    began = time.monotonic()
    together(read_on, 6)
    assert time.monotonic() - began < 1.3 * 6 * naps * nap
