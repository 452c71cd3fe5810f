# SPDX-License-Identifier: MIT
"""A million schools that search is measured on, and fifty times as many of all other parties: names of their own, made
of the words of real ones, in towns that do not exist. Common words are as common as they are in England; most others
stand for a new place or a new combination."""

import io
import random
import re

from database import TIMES, columns, connect, copy, place, run

SCHOOLS = 1_000_000
TOWNS = 20_000
AREAS = 120     # beginnings of postcodes, each of 28 districts
DISTRICTS = 28
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # of the ends of postcodes
KINDS = re.compile(r"[ ,]*\b(?:church of|cofe|c of e|ce|rc|roman|catholic|community|voluntary|primary|infants?|"
                   r"juniors?|nursery|secondary|high|grammar|academy|college|school|first|middle|girls|boys|sixth|"
                   r"special|free)\b",
                   re.IGNORECASE)

# What makes a copy of another party one of its own.
CODE = "||".join(f"substr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', 1 + made.n / {unit} % 36, 1)"
                 for unit in (1296, 36, 1))
OTHERS = {
    "trust": {"uid": "made.n", "group_id": "null", "companies_house_number": "null", "ukprn": "null"},
    "institution": {"reference": "(20000000 + made.n)::text", "hesa_code": "null",
                    "ukprn": "case s.kind when 'university' then 20000000 + made.n end::text",
                    "urn": "case s.kind when 'college' then 20000000 + made.n end"},
    "training_provider": {"code": CODE, "ukprn": "null", "urn": "null", "accredited_number": "null"},
}


def parts(names):
    """What schools are called, and what kinds they say they are, as often as they are."""
    found = [(name, KINDS.search(name)) for name in names]
    return ([name[:match.start()] for name, match in found if match and match.start()],
            [name[match.start():].lstrip(" ,") for name, match in found if match])


def new_towns(chance, heads):
    """Names of the front half of one word and the back half of another."""
    words = sorted({word for head in heads for word in re.findall(r"[A-Z][a-z]{5,10}", head)})
    towns = set()
    while len(towns) < TOWNS:
        front, back = chance.choice(words), chance.choice(words)
        towns.add(front[:(len(front) + 1) // 2] + back[(len(back) + 1) // 2:])
    return sorted(towns - set(words))


def schools(names):
    """Rows of (name, town, postcode, number of the town)."""
    chance = random.Random(1)
    heads, kinds = parts(names)
    towns = new_towns(chance, heads)
    for _ in range(SCHOOLS):
        number = int(chance.random() ** 1.5 * len(towns))  # some towns are large
        town, head, kind = towns[number], chance.choice(heads), chance.choice(kinds)
        way = chance.random()
        if way < 0.3:
            name = head
        elif way < 0.55:
            name = town
        elif way < 0.8:
            name = f"{town} {head}"
        else:
            name = f"{head.split()[0]} {chance.choice(heads).split()[-1]}"
        area = number % AREAS
        district = f"{LETTERS[area % 20]}{LETTERS[area // 20]}{1 + number // AREAS % DISTRICTS}"
        unit = f"{chance.randrange(10)}{chance.choice(LETTERS)}{chance.choice(LETTERS)}"
        yield f"{name} {kind}", town, f"{district} {unit}", number


def multiply(cursor, table, changed):
    """Fifty of each, with another first word, or an unknown place in its stead."""
    known, values = columns(table, **changed, name="""
        regexp_replace(s.name, '^[^ ]+', case when made.n % 2 = 0 then made.town else split_part(made.name, ' ', 1) end)
        """)
    cursor.execute(f"create temporary table base_{table} as select row_number() over () as base_number, s.* "
                   f"from reference.{table} s")
    cursor.execute(f"truncate reference.{table} cascade")
    cursor.execute(f"""
        insert into reference.{table} ({known})
        select {values}
        from base_{table} s
        cross join generate_series(1, {TIMES}) copy
        join made on made.n = s.base_number + (copy - 1) * (select count(*) from base_{table})
        order by made.n""")


def make_names():
    """The database bench_names: England's authorities and kinds of school, and these schools and others."""
    copy("bench_names", "bench_england")
    names = [name for name, in run("bench_names", "select name from reference.school order by urn")]
    connection = connect("bench_names")
    cursor = connection.cursor()
    cursor.execute("create temporary table made (n serial primary key, name text, town text, postcode text, "
                   "town_number integer)")
    cursor.copy_expert("copy made (name, town, postcode, town_number) from stdin",
                       io.StringIO("".join("\t".join(map(str, row)) + "\n" for row in schools(names))))
    known, values = columns(urn="300000 + made.n", name="made.name", town="made.town", postcode="made.postcode",
                            establishment_number="null", la_estab="null", ukprn="null", location_source="'register'",
                            location_precision_metres="null", **place("spot.point"))
    for statement in (
            "select setseed(0.5)", "set work_mem = '256MB'", "set maintenance_work_mem = '256MB'", """
            create temporary table town as
            select n as town_number, 330000 + random() * 290000 as x, 90000 + random() * 460000 as y
            from generate_series(0, %d) n""" % TOWNS, """
            create temporary table base as
            select row_number() over (order by urn) as base_number, b.* from reference.school b""",
            "truncate reference.school cascade", f"select accord.suspend_indexes('reference.school', {SCHOOLS})",
            f"""
            insert into reference.school ({known})
            select {values}
            from made
            join town using (town_number)
            join base s on s.base_number = 1 + made.n % (select count(*) from base)
            cross join lateral (select st_snaptogrid(st_setsrid(st_makepoint(
                town.x + (random() - 0.5) * 9000, town.y + (random() - 0.5) * 9000), 27700), 1) as point) spot
            order by made.n""",
            "select accord.restore_indexes()", "analyze made"):
        cursor.execute(statement)
    for table, changed in OTHERS.items():
        multiply(cursor, table, changed)
    for statement in ("""
            insert into reference.trust_school (urn, uid)
            select urn, 1 + urn % (select count(*)::integer from reference.trust) from reference.school""",
            # As an import of the first schools does: the indexes of what is derived are made behind it.
            "begin", "lock table reference.school in access exclusive mode",
            "select reference.refresh_organisations()", "select reference.refresh_search_words()", "commit",
            "vacuum analyze"):
        cursor.execute(statement)
    connection.close()
