# SPDX-License-Identifier: MIT
"""Search among a million schools: what people type, and what somebody types who wants it to take long."""

import random
import string

import database
from place import Site
from service import NEAR

COMMON = 20     # words
MOST_WORDS = 16
EACH = 12       # queries of one making
CITY = "52.48,-1.9"
FILTERS = {
    "schools_list": [{"phase": "16 plus"}, {"localAuthority": "202"}, {"religiousCharacter": "Hindu"},
                     {"pupilsMin": "900000"}, {"order": "fsmPercent", "phase": "Primary", "limit": "500"},
                     {"near": CITY, "within": "50000", "order": "-pupils", "sector": "state", "limit": "500"}],
    "trusts_list": [{"status": "Closed"}, {"localAuthority": "202"}, {"localAuthority": "202", "type": "Federation"}],
    "universities_list": [{"closed": "true"}],
    "colleges_list": [{"type": "Sixth Form College"}, {"localAuthority": "202"}],
    "training_providers_list": [{"accredited": "true"}, {"kind": "scitt", "order": "-code", "limit": "500"}],
    "organisations_list": [{"kind": "trust"}, {"kind": "school", "localAuthority": "202"}, {"ukprn": "10007784"}],
}
TABLES = {"schools_list": "reference.school", "trusts_list": "reference.trust",
          "universities_list": "reference.institution", "colleges_list": "reference.institution",
          "training_providers_list": "reference.training_provider", "organisations_list": "reference.organisation"}
PLACES = [{"near": NEAR, "within": "50000", "order": "distance", "limit": "500"}, {"near": CITY, "within": "1"},
          {"near": CITY, "within": "50000", "order": "-distance", "limit": "500"}]


def typed(words, known):
    """Queries of one to four words: the commonest, alone and together; of names, whole, in part, and mistyped."""
    chance, common = random.Random(2), words[:COMMON]
    yield from common
    for count in (2, 3, 4):
        yield from (" ".join(chance.sample(common, count)) for _ in range(EACH))
        yield from (" ".join(chance.choice(known).split()[-count:]) for _ in range(EACH))
        yield from (" ".join(chance.choice(known).split()[:count])[:-2] for _ in range(EACH))
        yield from (mistyped(" ".join(chance.choice(known).split()[:count]), chance) for _ in range(EACH))


def mistyped(text, chance):
    """Two letters changed places."""
    at = chance.randrange(1, max(2, len(text) - 1))
    return text[:at - 1] + text[at:at + 1] + text[at - 1] + text[at + 1:]


def contrived(words, operation, orders):
    """Queries with other parameters: beginnings, many words, many corrections; each with every filter and order."""
    chance, common = random.Random(3), words[:COMMON]
    yield from ({"q": letter} for letter in string.ascii_lowercase + string.digits)
    yield from ({"q": "".join(chance.sample(string.ascii_lowercase, 2))} for _ in range(4 * EACH))
    yield from ({"q": f"{chance.choice(common)} {letter}"} for letter in string.ascii_lowercase)
    hard = [common[0], " ".join(common[:2]), "s", "c", " ".join(common[:MOST_WORDS]), " ".join(["s"] * MOST_WORDS),
            " ".join(word[:-1] for word in common[:MOST_WORDS]), " ".join(string.ascii_lowercase[:MOST_WORDS]),
            " ".join(mistyped(word, chance) for word in common if len(word) > 5),
            " ".join(mistyped(word, chance) for word in chance.sample(words[:5000], 8)), "a1 1a"]
    others = FILTERS[operation] + (PLACES if "distance" in orders else [])
    others += [{"order": order, "limit": "500"} for order in orders if "distance" not in order]
    yield from ({"q": asked[:200], **other} for asked in hard for other in others)


def search(bench):
    """Time inside the database of the slowest searches, by what people type and by what strangers might."""
    figures = bench.figures
    figures.title("Search among them: planning and execution of the slowest query, the least of five runs")
    words = [word for word, in database.run("bench_names", "select word from reference.search_word order by uses desc")]
    site = Site("bench_names")
    for of in (each for each in bench.lists if each.id in TABLES):  # of the registers
        table = TABLES[of.id]
        known = [name for name, in database.run("bench_names",
                                                f"select name from {table} order by md5(name) limit 999")]
        slowest(site, figures, f"{of.id}, one to four words", 80, of, [{"q": q} for q in typed(words, known)])
        slowest(site, figures, f"{of.id}, whatever is asked", 100, of, contrived(words, of.id, of.orders))
    site.close()


def slowest(site, figures, name, bound, of, asked):
    """The slowest of some queries: each is run once, the slowest again."""
    pages = []
    for query in asked:
        page = site.first(of, query)
        pages.append((sum(site.inside.time(page.statements)), len(pages), query, page.statements))
    pages.sort(reverse=True, key=lambda each: each[0])
    times = [(min(sum(site.inside.time(statements)) for _ in range(5)), query) for *_, query, statements in pages[:8]]
    most, query = max(times, key=lambda each: each[0])
    figures.at_most(name, most, bound, " ms", f"of {len(pages)}: {' '.join(query.values())[:70]}")
