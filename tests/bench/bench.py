# SPDX-License-Identifier: MIT
"""Measures the service beside the database that db/cluster.sh started. Usage: bench.py [SECTION…]"""

import random
import statistics
import sys
import time

import database
import load
import names
from agreements import agreements
from database import sequential_scans
from fairness import fairness
from figures import Figures, calm
from service import NEAR, Bare, Service, lists, pool_size
from place import END, MIDDLE, Site
from search import search
from tenancy import tenancy
from tokens import Program

ROUNDS = 5
SECONDS = 2       # of one load in one round
CONNECTIONS = 16  # of the rates: enough to keep the pool busy
MANY = 64         # of latency and memory
PLACES = 32       # pages behind so many keys, at random
URNS = 256
SIGHTS = 200      # tokens that are seen for the first time
RUNS = 50         # of one statement inside the database
SCAN_ROWS = 5000
RARE = {"phase": "16 plus", "type": "Universities", "typeGroup": "Universities", "sector": "independent",
        "gender": "Boys", "religiousCharacter": "Hindu", "status": "Closed", "ageFrom": 60, "ageTo": 60,
        "fsmPercentMin": 99.9, "fsmPercentMax": 0, "pupilsMin": 900000, "pupilsMax": 0, "within": 1}
WITHIN = 5000     # metres
MILLION = 1_000_000
MILLION_SECONDS = 200  # after which the rest is not waited for


class Bench:
    """What the sections share: England's schools and the service on them."""

    def __init__(self, grows, searches):
        self.figures = Figures()
        seconds = database.make_england()
        if seconds is None:
            self.figures.note("England's schools are made from the sample")
        else:
            self.figures.title(f"Import: median of {database.IMPORTS}")
            for where, median in zip(("over the sample's schools", "where there are no schools"), seconds):
                self.figures.at_most(f"the England file, {where}", median, 3, " s")
        if grows:
            started = time.monotonic()
            database.make_fifty()
            self.figures.note(f"{database.TIMES} times as many schools made in {time.monotonic() - started:.0f} s")
        if searches:  # copies a database that nobody uses yet
            started = time.monotonic()
            names.make_names()
            self.figures.note(f"{names.SCHOOLS:,} schools of other names made in {time.monotonic() - started:.0f} s")
        self.england = Site("bench_england")
        self.lists = list(lists())
        self.schools = next(each for each in self.lists if each.id == "schools_list")
        urns = [row[0] for row in database.run(
            "bench_england", f"select urn from reference.school order by md5(urn::text) limit {URNS}")]
        self.urns = urns
        self.one = self.england.page(f"/v1/schools/{urns[0]}", "schools_get")
        chance = random.Random(1)
        places = [chance.random() * 0.99 for _ in range(PLACES)]
        self.keys = self.england.keys(self.schools, {"order": "name"}, places)[0]
        self.school_paths = load.file_of(f"GET\t/v1/schools/{urn}" for urn in urns)
        self.page_paths = load.file_of(f"GET\t{self.schools.url({}, key)}" for key in self.keys)

    def close(self):
        self.england.close()

    def positions(self, of, order):
        """Pages of a list in an order: the first, one in the middle, the last, and the one where values are missing."""
        query = of.query(order)
        yield "first", self.england.first(of, query)
        (middle, end), count = self.england.keys(of, query, [MIDDLE, END])
        if count:
            yield "middle", self.england.behind(of, query, middle)
            yield "end", self.england.behind(of, query, end)
        if order.lstrip("-") in ("pupils", "fsmPercent"):
            yield "without value", self.england.behind(of, query, [None, "0"])


def rates(bench):
    """Requests a second beside what PostgreSQL does alone, on as many connections, in turn."""
    figures, statement = bench.figures, bench.one.statements[0]
    figures.title(f"Rates: medians of {ROUNDS} rounds in turn; {CONNECTIONS} HTTP connections; {pool_size()} to "
                  "PostgreSQL, from the service as from pgbench")
    text, variables = load.with_variables(statement, 0)
    one = load.file_of([f"\\set i random(0, {URNS - 1})", f"\\set urn {load.choice(bench.urns)}",
                        text.replace(":" + next(iter(variables)), ":urn").strip() + ";"])
    page = bench.england.behind(bench.schools, {"order": "name"}, bench.keys[0]).statements[0]
    pages, values = [], {}
    for number, key in enumerate(bench.keys):
        text, variables = load.with_variables(page.behind(key), number)
        pages.append(load.file_of([text.strip() + ";"]))
        values.update(variables)
    loads = (("one school", 0.45, bench.school_paths, [one], {}, statement.mode),
             ("a page of 50 by name", 0.75, bench.page_paths, pages, values, page.mode))
    served, alone = {}, {}
    for name, _, paths, *_ in loads:
        load.wrk(bench.england.service.url, paths, CONNECTIONS, 1)
    for seed in range(ROUNDS):
        for name, _, paths, scripts, defined, mode in loads:
            counts = load.wrk(bench.england.service.url, paths, CONNECTIONS, SECONDS, seed)
            served.setdefault(name, []).append(counts["rate"])
            alone.setdefault(name, []).append(
                load.pgbench("bench_england", scripts, defined, mode, pool_size(), SECONDS))
    for name, bound, *_, mode in loads:
        http, sql = statistics.median(served[name]), statistics.median(alone[name])
        figures.at_least(f"{name}, of pgbench's rate", http / sql, bound, "", f"{http:,.0f}/s of {sql:,.0f}/s, {mode}")
    figures.note("the service logs a line a request to a file, as it does by default")


def cached(bench):
    """Replies from memory beside a server that answers everything with the same bytes, in turn."""
    bench.figures.title(f"From memory: medians of {ROUNDS} rounds in turn; {CONNECTIONS} HTTP connections")
    service = Service("bench_england")
    for name, path in (("one school", bench.one.path), ("a page of 50 by name", bench.schools.url({})),
                       ("the regions", "/v1/regions")):
        bare, paths, counts = Bare(service, path), load.file_of([f"GET\t{path}"]), {}
        for seed in range(-1, ROUNDS):  # the first to warm up
            for server in (service, bare):
                counts.setdefault(server, []).append(
                    load.wrk(server.url, paths, CONNECTIONS, SECONDS, seed)["rate"])
        ours, alone = (statistics.median(counts[server][1:]) for server in (service, bare))
        bench.figures.at_least(f"{name}, of a bare handler's rate", ours / alone, 0.7, "",
                               f"{ours:,.0f}/s of {alone:,.0f}/s")
        bare.stop()
    service.stop()


def latency(bench):
    """The slowest of a hundred beside the median, with more connections than the pool has."""
    bench.figures.title(f"Latency at {MANY} connections: medians of 3 rounds")
    for name, paths in (("one school", bench.school_paths), ("a page of 50 by name", bench.page_paths)):
        counts = [load.wrk(bench.england.service.url, paths, MANY, SECONDS, seed) for seed in range(3)]
        median = statistics.median(each["median_ms"] for each in counts)
        p99 = statistics.median(each["p99_ms"] for each in counts)
        bench.figures.at_most(f"{name}, 99th percentile over median", p99 / median, 6, "",
                              f"{p99:.1f} ms over {median:.1f} ms")


def tokens(bench):
    """What it costs to say who one is: each time, and the first time."""
    figures, program = bench.figures, Program("bench_england", f"urn:{bench.urns[0]}")
    figures.title(f"Tokens: medians of {ROUNDS} rounds in turn; {CONNECTIONS} HTTP connections")
    token, rates_of = program.token(), {}
    paths = {"public": bench.school_paths,
             "known": load.file_of(f"GET\t/v1/schools/{urn}\tAuthorization: Bearer {token}" for urn in bench.urns)}
    for name in paths:
        load.wrk(program.service.url, paths[name], CONNECTIONS, 1)
    for seed in range(ROUNDS):
        for name in paths:
            counts = load.wrk(program.service.url, paths[name], CONNECTIONS, SECONDS, seed)
            rates_of.setdefault(name, []).append(counts["rate"])
    public, known = (statistics.median(rates_of[name]) for name in ("public", "known"))
    figures.at_least("one school with a token seen before, of the public rate", known / public, 0.85, "",
                     f"{known:,.0f}/s of {public:,.0f}/s")
    fresh = program.tokens(SIGHTS)
    first, again = [program.show(each) for each in fresh], [program.show(each) for each in fresh]
    figures.at_most("a token seen for the first time, over one seen before", calm(first) - calm(again), 1, " ms",
                    f"{calm(first):.2f} ms over {calm(again):.2f} ms")
    program.stop()


def inside(bench):
    """Time inside the database, and what is read from end to end."""
    figures, time_of = bench.figures, bench.england.inside.time
    figures.title(f"Inside the database: execution, the least median of 10 batches of {RUNS // 10} runs")
    figures.at_most("one school", calm([time_of(bench.one.statements)[0] for _ in range(RUNS)]), 0.1, " ms",
                    "planned once a connection")
    plans = {}
    for of in bench.lists:
        for order in of.own_orders:
            slowest = (0, "", 0)
            for position, page in bench.positions(of, order):
                plans[f"{of.id} by {order}, {position}"] = page.statements
                execution, planning = zip(*(time_of(page.statements) for _ in range(RUNS)))
                slowest = max(slowest, (calm(execution), position, calm(planning)))
            figures.at_most(f"{of.id} by {order}", slowest[0], 1.5, " ms",
                            f"slowest page: {slowest[1]}; planning {slowest[2]:.2f} ms")
    figures.title(f"Plans: sequential scans of tables of more than {SCAN_ROWS:,} rows")
    scans(bench, "lists in every order of their own, in both directions", plans)
    scans(bench, "schools by every filter", filters(bench))


def filters(bench):
    """Statements of the first page of schools by each filter: the contract's example, and what few schools fit."""
    found = {}
    for parameter in bench.schools.parameters:
        name, example = parameter["name"], parameter["schema"].get("example")
        if name in ("order", "limit", "after"):
            continue
        for value in (example, RARE.get(name)):
            if value is None:
                continue
            query = {name: ",".join(map(str, value)) if isinstance(value, list) else value}
            if name == "within":
                query["near"] = NEAR
            found[f"{name}={query[name]}"] = bench.england.first(bench.schools, query).statements
    return found


def scans(bench, name, plans):
    sizes = dict(database.run("bench_england", "select relname, reltuples from pg_class where relkind = 'r'"))
    faults = [f"{table}: {where} ({statement.name})" for where, statements in plans.items() for statement in statements
              for table in sequential_scans(bench.england.inside.explain(statement), SCAN_ROWS, sizes)]
    bench.figures.holds(name, faults, f"{len(plans)} pages")


def growth(bench):
    """The same pages when there are fifty times as many schools."""
    figures = bench.figures
    many = database.run("bench_fifty", "select count(*) from reference.school")[0][0]
    figures.title(f"Growth: {many:,} schools beside {many // database.TIMES:,}, in turn")
    fifty = Site("bench_fifty")
    near = {"near": NEAR, "within": str(WITHIN)}
    small = {"near": NEAR, "within": f"{WITHIN / database.TIMES ** 0.5:.0f}"}
    cases = [({"order": order}, {"order": order}, place)
             for order in bench.schools.own_orders if "distance" not in order for place in (0, MIDDLE)]
    cases += [({**near, "order": "distance"}, {**near, "order": "distance"}, 0), (near, small, 0)]
    pairs = []
    for query, grown, place in cases:
        name = [query.get("order", "name")] + ["near"] * ("near" in query) + ["in the middle" if place else "first"]
        pairs.append((", ".join(name), bench.england.at(bench.schools, query, place),
                      fifty.at(bench.schools, grown, place)))
    for name, one, many in pairs:
        times = [(bench.england.inside.time(one.statements)[0], fifty.inside.time(many.statements)[0])
                 for _ in range(RUNS)]
        compare(figures, f"inside, by {name}", *map(calm, zip(*times)))
    for name, one, many in (pairs[0], pairs[1], pairs[3], pairs[-2], pairs[-1]):
        files = load.file_of([f"GET\t{one.path}"]), load.file_of([f"GET\t{many.path}"])
        times = [[load.wrk(site.service.url, file, 1, 1)["median_ms"]
                  for site, file in zip((bench.england, fifty), files)] for _ in range(3)]
        compare(figures, f"over HTTP, by {name}", *map(min, zip(*times)))
    figures.note(f"near by distance: the nearest 50 within {WITHIN} m, where fifty times as many lie")
    figures.note(f"near by name: circles that hold as many, of {WITHIN} m and {small['within']} m: all of it is sorted")
    fifty.close()


def compare(figures, name, once, fifty):
    figures.at_most(name, fifty / once, 1.5, "", f"{fifty:.2f} ms over {once:.2f} ms")


def memory(bench):
    """Megabytes of the service after ten thousand requests of every kind, and after a million. Both are taken behind
    the same requests, each kind over all connections at once: so many threads and buffers are needed, whenever."""
    figures, service = bench.figures, Service("bench_england", quiet=True)
    figures.title(f"Memory: mixed requests at {MANY} connections, the log of a line a request thrown away")
    urn, lines, started = f"/v1/schools/{bench.urns[0]}", list(mixture(bench)), time.monotonic()
    # wrk would wait for the body of these two
    kinds = [f"HEAD\t{urn}", f"GET\t{urn}\tIf-None-Match: *", *dict.fromkeys(lines)]
    few = service.ask_together(kinds, MANY)
    first, count, paths = service.memory()[0], few, load.file_of(lines)
    while count < MILLION and time.monotonic() - started < MILLION_SECONDS:
        count += load.wrk(service.url, paths, MANY, 10, count, refusals=True)["requests"]
    rate = count / (time.monotonic() - started)
    count += service.ask_together(kinds, MANY)
    last, most = service.memory()
    figures.at_least("requests served", count / MILLION, 1, "e6", f"{rate:,.0f}/s")
    figures.at_most("resident at most", most, 96, " MB", f"{last:.1f} MB at the end")
    figures.at_most(f"resident, over that after {few:,} requests", last / first, 1.1, "",
                    f"{last:.1f} MB over {first:.1f} MB")
    service.stop()


def mixture(bench):
    """Requests of every kind, most of them cheap, since there are a million."""
    urn, page = f"/v1/schools/{bench.urns[0]}", bench.schools.url({}, bench.keys[0])
    often = [f"/v1/schools/{each}" for each in bench.urns[:URNS // 2]] + ["/livez"] * 80
    seldom = ["/readyz", "/", "/v1/regions", "/v1/local-authorities/E09000007", "/v1/local-authorities/202"] * 4
    once = [page, f"/v1/schools?near={NEAR}&order=distance", "/v1/local-authorities", "/openapi.json",
            "/problems/not-found"]
    refused = ["/v1/schools/1", "/v1/nowhere", "/v1/schools?limit=0", "/v1/schools?after=AQIA", "/v1/schools?nosuch=1"]
    yield from (f"GET\t{path}" for path in often + seldom + once + refused * 8)
    yield from [f"GET\t{urn}\tAccept-Encoding: gzip", f"GET\t{urn}\tAccept: text/html", f"POST\t{urn}",
                f"OPTIONS\t{urn}"] * 8
    yield from (f"GET\t/v1/schools?limit=10\tAccept: {media}\tAccept-Encoding: gzip"
                for media in ("text/csv", "application/geo+json", "application/x-ndjson", "application/json"))


SECTIONS = (rates, cached, latency, tokens, inside, tenancy, fairness, agreements, growth, search, memory)


def main(sections):
    chosen = [each for each in SECTIONS if not sections or each.__name__ in sections]
    bench = Bench(growth in chosen, search in chosen)
    try:
        for section in chosen:
            section(bench)
    finally:
        bench.close()
        database.drop("bench_england", "bench_fifty", "bench_names")
    return bench.figures.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
