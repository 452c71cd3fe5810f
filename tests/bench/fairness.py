# SPDX-License-Identifier: MIT
"""What one client can take from another: a caller who asks for one school at a time, beside one who asks for as many
pages at once as its connections allow, and hears that there are too many."""

import concurrent.futures
import http.client
import pathlib
import statistics
import tempfile
import time

import load
from service import SOCKET, Service
from tenancy import Callers

GREEDY = 64      # connections
SECONDS = 8
ASKED = 400      # requests of the other, in that time
ALONE_MS = 20    # what nobody waits for longer than


def ask(service, paths, headers):
    """Milliseconds of each request, one at a time, and how many were refused."""
    connection = http.client.HTTPConnection(service.url.removeprefix("http://"), timeout=30)
    found, refused = [], 0
    for path in paths:
        started = time.perf_counter()
        connection.request("GET", path, headers=headers)
        reply = connection.getresponse()
        reply.read()
        found.append((time.perf_counter() - started) * 1e3)
        refused += reply.status != 200
    connection.close()
    return found, refused


def p99(values):
    return statistics.quantiles(values, n=100)[-1]


def fairness(bench):
    """Two clients of one service, of which one asks for all it can get."""
    figures = bench.figures
    figures.title(f"Fairness: one request at a time beside {GREEDY} connections of another client, nothing from memory")
    callers = Callers(pathlib.Path(tempfile.mkdtemp()), f"host={SOCKET} dbname=bench_england user=postgres")
    greedy, modest = callers.person(), callers.person()
    service = Service("bench_england", quiet=True, ACCORD_PROVIDERS=str(callers.providers), ACCORD_CACHE_MB="0")
    paths = [f"/v1/schools/{bench.urns[number % len(bench.urns)]}" for number in range(ASKED)]
    pages = load.file_of(f"GET\t/v1/schools?limit=500&order={order}\tAuthorization: {greedy['Authorization']}"
                         for order in ("name", "-name", "pupils", "-pupils"))
    alone, refused_alone = ask(service, paths, modest)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        load_of_it = pool.submit(load.wrk, service.url, pages, GREEDY, SECONDS, refusals=True)
        time.sleep(1)
        beside, refused = ask(service, paths, modest)
        counts = load_of_it.result()
    figures.at_most("refused, of those asked for one at a time", refused + refused_alone, 0, "")
    figures.at_most("p99 beside the other", p99(beside), ALONE_MS, " ms",
                    f"{p99(alone):.1f} ms alone; the other had {counts['rate']:,.0f} pages/s")
    service.stop()
    callers.close()
