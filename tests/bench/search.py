# SPDX-License-Identifier: MIT
"""What search is measured with: what people type, and what somebody types who wants it to take long."""

import random
import string

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
PLACES = [{"near": NEAR, "within": "50000", "order": "distance", "limit": "500"}, {"near": CITY, "within": "1"},
          {"near": CITY, "within": "50000", "order": "-distance", "limit": "500"}]


def typed(words, names):
    """Queries of one to four words: the commonest, alone and together; of names, whole, in part, and mistyped."""
    chance, common = random.Random(2), words[:COMMON]
    yield from common
    for count in (2, 3, 4):
        yield from (" ".join(chance.sample(common, count)) for _ in range(EACH))
        yield from (" ".join(chance.choice(names).split()[-count:]) for _ in range(EACH))
        yield from (" ".join(chance.choice(names).split()[:count])[:-2] for _ in range(EACH))
        yield from (mistyped(" ".join(chance.choice(names).split()[:count]), chance) for _ in range(EACH))


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
