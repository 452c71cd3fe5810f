# SPDX-License-Identifier: MIT
"""Row security: what it costs whoever sees one organisation or thousands, and that its answers take the same time
whether a record is another's or was never there."""

import concurrent.futures
import http.client
import math
import pathlib
import random
import re
import statistics
import sys
import tempfile
import time
import uuid

import database
from database import sequential_scans
from figures import calm
from service import ROOT, SOCKET, Service

sys.path.append(str(ROOT / "tests" / "api"))
from callers import Callers  # noqa: E402

OTHERS = 5_000          # organisations, none of them anybody's
RECORDS = 200_000       # memberships, and as many clients, all over them
PARTNERSHIPS = 100_000  # of four of them each
VIEWERS = (1, 100, 2_500)
MEMBER = "00000000-0000-8000-b000-000000000001"  # whom all but the first viewer oversee
RUNS = 50
SCAN_ROWS = 5_000
PAIRS = 20_000
WARM = 100              # of each connection
CONNECTIONS = 10        # a refusal waits, and so nearly alone
FOREIGN = 500           # records of others that are asked for
OPERATIONS = {
    "memberships_list": "memberships/memberships_list.sql", "clients_list": "clients/clients_list.sql",
    "memberships_get": "memberships/memberships_get.sql", "clients_get": "clients/clients_get.sql",
    "partnerships_list": "partnerships/partnerships_list.sql",
    "partnerships_get": "partnerships/partnerships_get.sql",
    "partnerships_boards_list": "governance/partnerships_boards_list.sql",
}
TABLES = {"memberships": "person_grant", "clients": "client", "partnerships": "partnership"}
BOUNDS = {"partnerships_list": 12}  # ms; elsewhere 5: what several share is looked for among all that there is
OTHER = "('00000000-0000-8000-b000-' || lpad(to_hex({}), 12, '0'))::uuid"


def make(name):
    """Records of many organisations in a database; returns an organisation that sees as many as each viewer."""
    viewers = {count: str(uuid.UUID(int=count)) for count in VIEWERS}
    database.run(
        name,
        "set session_replication_role = replica",  # nobody is told of each
        "insert into restricted.person (id, issuer, subject, created_at) select gen_random_uuid(),"
        f" 'https://others.example', i::text, accord.now() from generate_series(1, {RECORDS}) as i",
        "insert into restricted.person_grant (person_id, organisation_id, role, scopes, created_at) select id,"
        f" {OTHER.format(f'(subject::integer % {OTHERS})')}, 'viewer', '{{}}', accord.now() - subject::integer *"
        " interval '1 second' from restricted.person where issuer = 'https://others.example'",
        "insert into restricted.client (id, name, organisation_id, scopes, addresses, created_at) select"
        f" 'client-' || gen_random_uuid(), 'Client', {OTHER.format(f'(i % {OTHERS})')}, '{{}}', '{{}}', accord.now()"
        f" - i * interval '1 second' from generate_series(1, {RECORDS}) as i",
        *(f"insert into reference.oversight (organisation_id, member_id, relation) select '{viewer}',"
          f" {OTHER.format('i')}, 'trust' from generate_series(1, {count} - 1) as i"
          for count, viewer in viewers.items()),
        f"insert into restricted.client (id, name, organisation_id, scopes, addresses, created_at) select"
        f" 'client-' || gen_random_uuid(), 'Client', id::uuid, '{{}}', '{{}}', accord.now() from unnest(array["
        + ", ".join(f"'{viewer}'" for viewer in viewers.values()) + "]) as id",
        "analyze restricted.person", "analyze restricted.person_grant", "analyze restricted.client",
        "analyze reference.oversight")
    make_partnerships(name, viewers)
    return viewers


def make_partnerships(name, viewers):
    """Partnerships of four organisations each, some with the viewer that sees itself alone too, and a board of each."""
    member = OTHER.format(f"(i * (1 + k * 13) + k * 1237) % {OTHERS}")
    database.run(
        name,
        "set session_replication_role = replica",
        "insert into restricted.partnership (id, title, type, areas, focus_areas, phases, years, subjects, coverage,"
        " form, aims, visibility, starts_on, state, created_by, created_at)"
        " select md5('partnership ' || i)::uuid, 'Partnership ' || i, 'civic', '{}', '{}', '{}', '{}', '{}', '{}',"
        f" 'informal', '{{}}', 'members', date '2026-01-01' + i % 1000, 'active', {OTHER.format(f'i % {OTHERS}')},"
        f" accord.now() - i * interval '1 second' from generate_series(1, {PARTNERSHIPS}) as i",
        "create temporary table made as"
        f" select md5('partnership ' || i)::uuid as id, {member} as member,"
        " case k when 0 then 'lead' else 'partner' end as role"
        f" from generate_series(1, {PARTNERSHIPS}) as i, generate_series(0, 3) as k union all"
        f" select md5('partnership ' || i)::uuid, '{viewers[1]}', 'partner'"
        f" from generate_series(1, {PARTNERSHIPS}, {PARTNERSHIPS // 80}) as i",
        "insert into restricted.partnership_member (partnership_id, organisation_id, role, state, invited_at)"
        " select id, member, role, 'accepted', accord.now() from made on conflict do nothing",
        "insert into restricted.party (record_id, organisation_id) select id, member from made on conflict do nothing",
        "insert into restricted.partnership_board (id, partnership_id, name, terms, seats, created_at)"
        " select gen_random_uuid(), id, 'Board', 'It decides.', '[]', accord.now() from restricted.partnership",
        *(f"vacuum analyze restricted.{table}" for table in (
            "partnership", "partnership_member", "partnership_board", "party")))


def whole(path):
    """A statement's text with what it includes."""
    text = (ROOT / "db" / "operations" / path).read_text(encoding="utf-8")
    return re.sub(r"^-- include: (\S+)$", lambda match: whole(match[1]), text, flags=re.MULTILINE)


def text_of(path, values):
    """An operation's statement with values instead of its parameters; a list's first page."""
    text = whole(path)
    ordered = re.search(r"^-- order \w+: (.*)$", text, re.MULTILINE)
    text = re.sub(r"^--.*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"(?<!:):([a-z_]+)", lambda match: f"'{values[match[1]]}'" if match[1] in values else "null", text)
    return text + (f" order by {ordered[1]} limit 51" if ordered else "")


def plan(cursor, viewer, text):
    """Milliseconds of one execution as that viewer, and its plan."""
    cursor.execute("begin")
    cursor.execute("select set_config('accord.caller_organisation', %s, true)", (viewer,))
    cursor.execute("explain (analyze, format json) " + text)
    [(found,)] = cursor.fetchall()
    cursor.execute("rollback")
    return found[0]["Execution Time"], found[0]


def plans(figures, name, viewers):
    figures.title(f"Row security: {RECORDS:,} memberships and clients of {OTHERS:,} organisations, by how many are "
                  "seen")
    connection = database.connect(name, "accord_api", database.session_options())
    sizes = dict(database.run(name, "select relname, reltuples from pg_class where relkind = 'r'"))
    keys = {operation: database.run(
        name, f"select id::text from restricted.{TABLES[operation.split('_')[0]]} limit 1")[0][0]
        for operation in OPERATIONS}
    faults = []
    with connection.cursor() as cursor:
        for operation, path in OPERATIONS.items():
            for count, viewer in viewers.items():
                text = text_of(path, {"id": keys[operation], "caller_organisation": viewer,
                                      "organisation": MEMBER if count > 1 else viewer})
                found = [plan(cursor, viewer, text) for _ in range(RUNS)]
                figures.at_most(f"{operation}, of {count:,}", calm([each for each, _ in found]),
                                BOUNDS.get(operation, 5), " ms")
                faults += [f"{operation}, of {count}: {table}" for table in sequential_scans(
                    found[-1][1], SCAN_ROWS, sizes)]
    figures.holds(f"sequential scans of more than {SCAN_ROWS:,} rows", faults)
    connection.close()


def ask(connection, path, headers):
    """Seconds until the whole of a 404 is here."""
    started = time.perf_counter_ns()
    connection.request("GET", path, headers=headers)
    reply = connection.getresponse()
    reply.read()
    ended = time.perf_counter_ns()
    if reply.status != 404:
        raise SystemExit(f"{path} answered {reply.status}")
    return (ended - started) / 1000


def pairs(service, headers, path, keys, seed):
    """Pairs of another's record and one that never was, in random order: the microseconds of each."""
    chance = random.Random(seed)
    connection = http.client.HTTPConnection(service.url.removeprefix("http://"), timeout=30)
    found = []
    for _ in range(WARM + PAIRS // CONNECTIONS):
        key = uuid.UUID(int=chance.getrandbits(128), version=4)
        paths = [f"/v1/{path}/{chance.choice(keys)}", f"/v1/{path}/{'client-' if path == 'clients' else ''}{key}"]
        times, first = [0, 0], chance.randrange(2)
        for one in (first, 1 - first):
            times[one] = ask(connection, paths[one], headers)
        found.append(times)
    connection.close()
    return found[WARM:]


def timing(figures, name):
    figures.title(f"Timing: {PAIRS:,} interleaved pairs of another's record and none")
    folder = pathlib.Path(tempfile.mkdtemp())
    callers = Callers(folder, f"host={SOCKET} dbname={name} user=postgres")
    headers = callers.person((str(uuid.UUID(int=1)), "administrator"))
    service = Service(name, quiet=True, ACCORD_PROVIDERS=str(callers.providers))
    for path, table in (("memberships", "person_grant"), ("clients", "client")):
        keys = [key for key, in database.run(name, f"select id::text from restricted.{table} where organisation_id <>"
                                             f" '{uuid.UUID(int=1)}' order by md5(id::text) limit {FOREIGN}")]
        with concurrent.futures.ThreadPoolExecutor(CONNECTIONS) as pool:
            found = list(pool.map(lambda seed, keys=keys, path=path: pairs(service, headers, path, keys, seed),
                                  range(CONNECTIONS)))
        both = [each for one in found for times in one for each in times]
        differences = [another - none for one in found for another, none in one]
        t = statistics.mean(differences) / (statistics.stdev(differences) / math.sqrt(len(differences)))
        figures.at_most(f"{path}, |t| of the difference", abs(t), 5, "",
                        f"{statistics.mean(differences):+.2f} us of {statistics.median(both):.0f} us")
    service.stop()
    callers.close()


def tenancy(bench):
    """Row security, inside the database and over HTTP."""
    viewers = make("bench_england")
    plans(bench.figures, "bench_england", viewers)
    timing(bench.figures, "bench_england")
