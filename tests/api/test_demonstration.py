# SPDX-License-Identifier: MIT
"""What is made up in the sample: it is there, whole, and says of itself that it is a demonstration."""

import pytest

from conftest import ROOT
from test_agreements import KEYS, holds

IDS = "00000000-0000-7000-8000-0000000000d"
PARTNERSHIP = f"/v1/partnerships/{IDS}5"


@pytest.mark.parametrize("path, title", [
    (f"/v1/partnership-notices/{IDS}1", "title"), (f"/v1/partnership-notices/{IDS}2", "title"),
    (f"/v1/support-organisations/{IDS}3", "name"), (f"/v1/case-studies/{IDS}4", "title"),
    (f"/v1/published-partnerships/{IDS}5", "title")])
def test_each_piece_says_so(api, path, title):
    shown = api.ok(path).json()
    assert shown[title].startswith("Demonstration") and shown["summary"].startswith("Demonstration")
    collection = path.rsplit("/", 1)[0]
    assert shown["id"] in {item["id"] for item in api.every(collection, limit=500)}


def test_its_notices_suggest_a_partner(api):
    items = api.every("/v1/schools/100055/potential-partners", limit=500)
    [found] = [item for item in items if item["name"] == "University College London"]
    [reason] = [one for one in found["reasons"] if one["reason"] == "notices"]
    assert reason["measured"] == {"notices": [IDS + "1"]}


def test_its_partnership_waits_to_be_signed(api, callers):
    headers = callers.role(callers.find("gss:E09000007"), "signatory")
    assert PARTNERSHIP in {item["self"] for item in api.get("/v1/partnerships", headers=headers).items()}
    assert api.get(PARTNERSHIP, headers=headers).json()["state"] == "active"
    version = api.get(PARTNERSHIP + "/agreements/1", headers=headers).json()
    assert version["state"] == "open" and "sign" in version["allowedActions"] and len(version["signatories"]) == 3
    assert all("Demonstration" in clause["text"] for clause in version["clauses"])
    assert len(api.get(PARTNERSHIP + "/boards", headers=headers).items()) == 1
    holds(api.get(PARTNERSHIP + "/export", headers=headers).body, api.get(KEYS).body)


def test_a_second_time_changes_nothing(database, callers):
    counts = "select count(*), sum(version) from restricted.{} where id::text like %s"

    def known():
        return [callers.sql(counts.format(table), IDS + "%")
                for table in ("notice", "support_organisation", "case_study", "partnership")]

    before = known()
    database.run_file(ROOT / "db" / "sample" / "demonstration.sql", "accord_api")
    assert known() == before and before[0] == [(2, 4)]
