# SPDX-License-Identifier: MIT
"""What the import tests share: a database of their own, the program, and files with chosen rows."""

import contextlib
import csv
import os
import re
import subprocess

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = os.path.join(ROOT, "tests", "data")
SAMPLE = os.path.join(ROOT, "db", "sample")
TABLES = ("region", "local_authority", "establishment_group", "establishment_type", "code", "code_list", "school",
          "school_link", "trust", "trust_school", "institution", "training_provider", "training_partnership",
          "area_deprivation", "census", "organisation", "search_word")

# A school of which nothing is wrong; tests change what they are about.
SCHOOL = {
    "URN": "100008",
    "LA (code)": "202",
    "EstablishmentNumber": "2019",
    "EstablishmentName": "Argyle Primary School",
    "TypeOfEstablishment (name)": "Community school",
    "EstablishmentStatus (name)": "Open",
    "OpenDate": "01-09-1990",
    "CloseDate": "",
    "PhaseOfEducation (name)": "Primary",
    "StatutoryLowAge": "3",
    "StatutoryHighAge": "11",
    "SchoolCapacity": "432",
    "NumberOfPupils": "335",
    "PercentageFSM": "51.9",
    "FSM": "174",
    "Easting": "530238",
    "Northing": "182761",
}

REPORT = re.compile(
    r"^(?P<file>[^:]+): (?P<format>\w+), (?P<rows>\d+) rows: (?P<inserted>\d+) inserted, (?P<updated>\d+) updated, "
    r"(?P<unchanged>\d+) unchanged, (?P<rejected>\d+) rejected, (?P<skipped>\d+) skipped \((?P<rest>.*)\)$")


class Database:
    """A database with the migrations and no data, beside the one that the service reads."""

    def __init__(self, superuser, name):
        self.superuser = superuser
        self.name = name
        self.dsn = make_dsn(superuser, dbname=name)

    def create(self):
        self.drop()
        with contextlib.closing(psycopg2.connect(make_dsn(self.superuser, dbname="postgres"))) as connection:
            connection.autocommit = True
            connection.cursor().execute(f'create database "{self.name}" template template0')
        for change in self.changes():
            path = os.path.join(ROOT, "db", "deploy", change + ".sql")
            command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", self.dsn, "-f", path]
            subprocess.run(command, check=True, capture_output=True, text=True)

    def drop(self):
        with contextlib.closing(psycopg2.connect(make_dsn(self.superuser, dbname="postgres"))) as connection:
            connection.autocommit = True
            connection.cursor().execute(f'drop database if exists "{self.name}" with (force)')

    @staticmethod
    def changes():
        with open(os.path.join(ROOT, "db", "sqitch.plan"), encoding="utf-8") as plan:
            return [line.split()[0] for line in plan if line.strip() and line[0] not in "%#@"]

    def connect(self):
        return contextlib.closing(psycopg2.connect(self.dsn))

    def rows(self, query, *arguments):
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(query, arguments or None)
            return cursor.fetchall()

    def value(self, query, *arguments):
        return self.rows(query, *arguments)[0][0]

    def school(self, urn):
        """A school as a dictionary, None when there is none."""
        found = self.rows("select to_json(s) from (select * from reference.school where urn = %s) as s", urn)
        return found[0][0] if found else None

    def empty(self):
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute("truncate " + ", ".join("reference." + table for table in TABLES))
            connection.commit()

    def state(self):
        """What is stored, with the transaction that last wrote each row: a rewrite of the same values shows too."""
        query = "select xmin::text, md5(t::text) from reference.{} as t order by 2"
        return [self.rows(query.format(table)) for table in (*TABLES, "generation")]


class Import:
    """A finished run of "accord import"."""

    def __init__(self, status, output, errors, rejects):
        self.status = status
        self.output = output
        self.errors = errors
        self.rejects = rejects
        self.reports = [match.groupdict() for match in map(REPORT.match, output.splitlines()) if match]

    def counts(self, index=0):
        names = ("rows", "inserted", "updated", "unchanged", "rejected", "skipped")
        return tuple(int(self.reports[index][name]) for name in names)

    def reasons(self):
        return [(int(row["line"]), row["reason"]) for row in self.rejects]


def environment(database):
    settings = {name: value for name, value in os.environ.items() if not name.startswith("ACCORD_")}
    settings["ACCORD_DATABASE"] = make_dsn(database.dsn, user="accord_worker")
    settings["ACCORD_OPERATIONS"] = os.path.join(ROOT, "db", "operations")
    return settings


def command(kind, *paths, rejects=None):
    listed = ["--rejects", str(rejects)] if rejects else []
    return [os.environ["TEST_ACCORD"], "import", kind, *listed, *map(str, paths)]


def run(database, kind, *paths, rejects=None):
    done = subprocess.run(command(kind, *paths, rejects=rejects), env=environment(database), capture_output=True,
                          text=True, timeout=120, check=False)
    found = []
    if rejects and os.path.exists(rejects):
        with open(rejects, encoding="utf-8", newline="") as file:
            found = list(csv.DictReader(file))
    return Import(done.returncode, done.stdout, done.stderr, found)


def sample(*names):
    return [os.path.join(SAMPLE, name) for name in names]


AREAS = ("dfe_regions.csv", "dfe_las.csv", "dfe_region_la_hierarchy.csv", "london_boroughs_dec2024_BUC.geojson")
LISTS = ("establishment-types-20250422.csv", "gias_code_lists_202512.json")
SCHOOLS = ("gias_state_schools_london_202206_derived.csv", "london_schools_other_types_2023_derived.csv")


def write_schools(path, *changes, without=(), encoding="utf-8", end="\r\n"):
    """A file with a row for each dictionary of changes to SCHOOL, and a column for all that any of them names."""
    names = list(dict.fromkeys([*SCHOOL, *(name for change in changes for name in change)]))
    names = [name for name in names if name not in without]
    with open(path, "w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, lineterminator=end)
        writer.writerow(names)
        for change in changes:
            writer.writerow([{**SCHOOL, **change}.get(name, "") for name in names])
    return path


def database_name(superuser):
    return parse_dsn(superuser)["dbname"] + "_import"
