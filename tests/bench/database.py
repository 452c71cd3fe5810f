# SPDX-License-Identifier: MIT
"""Databases of England's size and fifty times that, and time inside them."""

import os
import pathlib
import re
import statistics
import subprocess
import time

import psycopg2

from service import ACCORD, ROOT, SOCKET

ENGLAND = ROOT.parent / "shared" / "data" / "gias" / "gias_state_schools_england_202206_derived.csv.gz"
SCHOOLS = 20185  # in that file
IMPORTS = 3
TIMES = 50
NEEDED_MB = 3000
LOG = pathlib.Path(os.environ["CLUSTER_FOLDER"]) / "postgresql.log"


def session_options():
    """The settings of the service's sessions, from where they are written."""
    source = (ROOT / "api" / "db.c").read_text(encoding="utf-8")
    text = "".join(re.findall(r'"(.*)"', re.search(r"db_options =(.*?);", source, re.DOTALL)[1]))
    if "search_path" not in text:
        raise SystemExit("the settings of the service's sessions are no longer where they were in api/db.c")
    return text.strip()


def connect(database, user="postgres", options=""):
    connection = psycopg2.connect(host=SOCKET, dbname=database, user=user, options=options)
    connection.autocommit = True
    return connection


def run(database, *statements):
    connection = connect(database)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else None
    connection.close()
    return rows


def drop(*databases):
    for database in databases:
        run("postgres", f"drop database if exists {database} with (force)")


def copy(database, template):
    free = os.statvfs(LOG.parent)
    if free.f_bavail * free.f_frsize < NEEDED_MB * 1e6:
        raise SystemExit(f"the disk is full: {LOG.parent} needs {NEEDED_MB} MB")
    drop(database)
    run("postgres", f"create database {database} template {template}",
        f"alter database {database} set search_path = postgis")


def columns(table="school", **changed):
    """Two lists of a table's columns: names, and values with those that change, the others from "s"."""
    names = [row[0] for row in run("accord", f"""
        select attname from pg_attribute
        where attrelid = 'reference.{table}'::regclass and attnum > 0 and not attisdropped and attgenerated = ''
        order by attnum""")]
    return ", ".join(names), ", ".join(changed.get(name, "s." + name) for name in names)


def place(point):
    """The columns that say where a school is, from an expression for its point on the British National Grid."""
    return {"easting": f"st_x({point})::integer", "northing": f"st_y({point})::integer", "grid": point,
            "longitude": f"round(st_x(st_transform({point}, 4326))::numeric, 6)",
            "latitude": f"round(st_y(st_transform({point}, 4326))::numeric, 6)"}


def settle(database):
    """Does for the tables that have been filled what autovacuum would within its minute. An empty one is left as in a
    new installation: once vacuumed, it would be taken to stay empty."""
    filled = run(database, """
        select c.oid::regclass::text from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
            and n.nspname in ('accord', 'published', 'reference', 'restricted')
        where c.relkind = 'r' and pg_relation_size(c.oid) > 0""")
    run(database, *(f"vacuum analyze {table}" for table, in filled))


def import_england(sampled):
    """Seconds of importing the publisher's file where the sample's schools are, or none."""
    copy("bench_england", "accord")
    if not sampled:
        run("bench_england", "truncate reference.school cascade")
    started = time.monotonic()
    subprocess.run([ACCORD, "import", "gias", str(ENGLAND)], check=True, stdout=subprocess.DEVNULL, cwd=ROOT,
                   stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env={
                       **os.environ, "ACCORD_DATABASE": f"host={SOCKET} dbname=bench_england user=accord_worker"})
    return time.monotonic() - started


def make_england():
    """England's schools: from the publisher's file where it lies beside the clone (the median seconds of importing it
    over the sample, and where there are no schools, are returned), else the sample's many times over, under other
    names, around 340 towns and in 60 quarters of London."""
    if ENGLAND.exists():
        seconds = [statistics.median(import_england(sampled) for _ in range(IMPORTS)) for sampled in (True, False)]
        settle("bench_england")
        return seconds
    copy("bench_england", "accord")
    names, values = columns(
        urn="200000 + row_number() over ()", local_authority_code="authority.code",
        name="initcap(translate(left(md5(s.urn || '/' || copy), 7), '0123456789', 'ghijklmnop')) || ' ' || s.name",
        **place("scattered.point"))
    run("bench_england", "select setseed(0.5)", f"""
        create temporary table town as
        select n, 330000 + random() * 290000 as x, 90000 + random() * 460000 as y from generate_series(0, 339) n
        union all
        select n, 515000 + random() * 35000, 165000 + random() * 35000 from generate_series(340, 399) n""", """
        create temporary table authority as
        select code, row_number() over (order by code) - 1 as n
        from reference.local_authority where status = 'live'""", """
        create temporary table made as select s.* from reference.school s with no data""", f"""
        insert into made ({names})
        select {values}
        from reference.school s
        cross join generate_series(0, {SCHOOLS} / (select count(grid) from reference.school)) copy
        join town on town.n = (s.urn * 31 + copy * 17) % 400
        join authority on authority.n = town.n % (select count(*) from authority)
        cross join lateral (select st_snaptogrid(st_setsrid(st_makepoint(
            town.x + (random() + random() - 1) * 15000, town.y + (random() + random() - 1) * 15000), 27700), 1) as point
        ) scattered
        where s.grid is not null
        limit {SCHOOLS}""",
        "truncate reference.school cascade", f"insert into reference.school ({names}) select {names} from made")
    settle("bench_england")
    return None


def make_fifty():
    """Every school of England fifty times: the copies have numbers of their own, the name with a number behind, and lie
    within 1.5 km of the original, so that any circle holds about fifty times as many."""
    copy("bench_fifty", "bench_england")
    spot = "st_snaptogrid(st_translate(s.grid, (random() - 0.5) * 3000, (random() - 0.5) * 3000), 1)"
    names, values = columns(urn="s.urn + copy * 1000000", name="s.name || ' ' || copy", **place("moved.point"))
    indexes = run("bench_fifty", """
        select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index i
        where indrelid = 'reference.school'::regclass
        and not exists (select from pg_constraint c where c.conindid = i.indexrelid)""")
    run("bench_fifty", "select setseed(0.5)", *(f"drop index {name}" for name, _ in indexes), f"""
        insert into reference.school ({names})
        select {values}
        from generate_series(1, {TIMES - 1}) copy
        cross join reference.school s
        cross join lateral (select {spot} as point) moved""",
        "set maintenance_work_mem = '256MB'", *(definition for _, definition in indexes),
        "vacuum analyze reference.school", "checkpoint")


class Statement:
    """One that the service ran: its name, text, parameters as SQL literals, and plan mode."""

    def __init__(self, name, text, parameters, mode):
        self.name, self.text, self.parameters, self.mode = name, text, parameters, mode

    def arguments(self):
        return "(" + ", ".join(self.parameters) + ")" if self.parameters else ""

    def behind(self, keys):
        """The same page behind other keys: the parameters before the last, which is the limit."""
        literals = ["NULL" if key is None else "'" + key.replace("'", "''") + "'" for key in keys]
        parameters = [*self.parameters[:-1 - len(keys)], *literals, self.parameters[-1]]
        return Statement(self.name, self.text, parameters, self.mode)


class Listener:
    """Reads from PostgreSQL's log what sessions of the service run, exactly as they prepared it."""

    def __init__(self, database):
        self.database, self.mode = database, "auto"
        self.prefix = re.compile(rf"\S+ \S+ \S+ \[\d+\] accord_api@{database} ")
        run(database, f"alter role accord_api in database {database} set log_statement = 'all'")
        self.at = LOG.stat().st_size

    def heard(self):
        """The statements since the last time, in order."""
        with open(LOG, "rb") as log:
            log.seek(self.at)
            text = log.read()
        self.at += len(text)
        found = []
        for entry in re.split(r"\n(?!\t)", text.decode()):
            entry = entry.replace("\n\t", "\n")
            if not self.prefix.match(entry):
                continue
            if match := re.search(r" LOG:  execute [^:]+: set plan_cache_mode = (\w+)$", entry):
                self.mode = match[1]
            elif match := re.search(r" LOG:  execute ([^:]+): (.*)", entry, re.DOTALL):
                found.append(Statement(match[1], match[2], [], self.mode))
            elif found and (match := re.search(r" DETAIL:  parameters: (.*)", entry, re.DOTALL)):
                found[-1].parameters = re.findall(r"\$\d+ = ('(?:[^']|'')*'|NULL)", match[1])
        return found

    def close(self):
        run(self.database, f"alter role accord_api in database {self.database} reset log_statement")


class Inside:
    """A session like the service's, which explains statements that the service ran."""

    def __init__(self, database):
        self.connection = connect(database, "accord_api", session_options() + " -c statement_timeout=60000")
        self.cursor = self.connection.cursor()
        self.prepared = {}

    def _prepare(self, statement):
        self.cursor.execute(f"set plan_cache_mode = {statement.mode}")
        if self.prepared.get(statement.name) != statement.text:
            if statement.name in self.prepared:
                self.cursor.execute(f'deallocate "{statement.name}"')
            self.cursor.execute(f'prepare "{statement.name}" as {statement.text}')
            self.prepared[statement.name] = statement.text

    def explain(self, statement, options=""):
        self._prepare(statement)
        self.cursor.execute(f'explain (format json{options}) execute "{statement.name}"{statement.arguments()}')
        return self.cursor.fetchone()[0][0]

    def time(self, statements):
        """Milliseconds of executing and of planning statements once."""
        plans = [self.explain(statement, ", analyze, timing off") for statement in statements]
        return sum(p["Execution Time"] for p in plans), sum(p["Planning Time"] for p in plans)

    def keys(self, statement, places):
        """The keys of the rows at these places (shares of the whole: 0.5 is the middle) of a list's first segment, and
        how many rows it has."""
        text = re.sub(r"\$(\d+)(?=\D)", lambda match: statement.parameters[int(match[1]) - 1], statement.text + "\n")
        rows, order = re.fullmatch(r"(.*)\norder by ([^\n]*)\nlimit [^\n]*\s*", text, re.DOTALL).groups()
        names = ", ".join(key.split()[0] + "::text" for key in order.split(", "))
        self.cursor.execute(f"select count(*) from ({rows}) page")
        count = self.cursor.fetchone()[0]
        found = []
        for place in places:
            offset = min(int(place * count), max(count - 1, 0))
            self.cursor.execute(f"select {names} from ({rows}\norder by {order}\noffset {offset} limit 1) page")
            found.append(self.cursor.fetchone())
        return found, count

    def close(self):
        self.connection.close()


def sequential_scans(plan, most, sizes):
    """Names of tables of more rows than that which a plan reads from end to end."""
    node = plan.get("Plan", plan)
    if node["Node Type"] == "Seq Scan" and sizes.get(node["Relation Name"], 0) > most:
        yield node["Relation Name"]
    for child in node.get("Plans", []):
        yield from sequential_scans(child, most, sizes)
