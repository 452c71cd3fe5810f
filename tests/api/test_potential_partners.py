# SPDX-License-Identifier: MIT
"""Who could become a partner, and why: organisations_potential_partners_list, schools_potential_partners_list."""

import math
import uuid

import pytest

URN = 100008  # Argyle Primary School, Camden
PATH = f"/v1/schools/{URN}/potential-partners"
WEIGHTS = ("Distance", "Notices", "Phases", "Sector", "Focus", "Intake", "University", "Training")
STAGES = {"Nursery": 1, "Primary": 2, "Middle deemed primary": 2, "Middle deemed secondary": 3, "Secondary": 3,
          "16 plus": 4}


def only(*names):
    """The query that turns all other reasons off."""
    return {f"weight{name}": 1 if name in names else 0 for name in WEIGHTS}


def by_reason(item):
    return {one["reason"]: one for one in item["reasons"]}


@pytest.fixture(scope="module")
def school(callers):
    return callers.find(f"urn:{URN}")


@pytest.fixture
def notice(callers):
    """Publishes a notice of an organisation for the time of a test."""
    made = []

    def publish(organisation, kind, areas="{targetedActivities}", **terms):
        key = callers.publication("notice", organisation, "draft")
        made.append(key)
        columns = {"kind": kind, "areas": areas, "state": "published", **terms}
        callers.sql(f"update restricted.notice set {', '.join(f'{name} = %s' for name in columns)} where id = %s",
                    *columns.values(), key)
        return key

    yield publish
    callers.forget("notice", made)


def test_the_best_come_first_and_say_why(api, school):
    items = api.ok(PATH, limit=500).items()
    assert len(items) > 50 and school not in {item["id"] for item in items}
    scores = [item["score"] for item in items]
    assert scores == sorted(scores, reverse=True)
    for item in items:
        assert item["distance"] <= 5000
        assert math.isclose(sum(one["contribution"] for one in item["reasons"]), item["score"], abs_tol=0.0005)
        assert all(math.isclose(one["contribution"], one["value"] * one["weight"] / 8, abs_tol=0.0002)
                   for one in item["reasons"])
        parts = [one["value"] * one["weight"] for one in item["reasons"]]
        assert parts == sorted(parts, reverse=True)
    assert api.ok(f"/v1/organisations/{school}/potential-partners", limit=500).items() == items


def test_values_are_what_the_registers_say(api, callers):
    columns = "urn, sector, phase_name, fsm_percent, pupils, easting, northing"
    known = {row[0]: row for row in callers.sql(f"select {columns} from reference.school where easting is not null")}
    _, sector, phase, fsm, pupils, east, north = known[URN]
    count = 0
    for item in api.ok(PATH, kind="school", within=1500, limit=500).items():
        [urn] = [int(one["value"]) for one in api.ok(item["self"]).json()["identifiers"] if one["scheme"] == "urn"]
        other, found = known[urn], by_reason(item)
        metres = math.dist((east, north), other[5:])
        likeness = [1 - min(abs(float(fsm) - float(other[3])) / 30, 1)] if other[3] is not None else []
        likeness += [1 - min(abs(math.log(other[4] / pupils)) / math.log(3), 1)] if other[4] else []
        expected = {
            "distance": 1 - metres / 1500, "sector": float(other[1] not in (None, sector)),
            "phases": float(abs(STAGES.get(other[2], 99) - STAGES[phase]) == 1),
            "intake": sum(likeness) / 2,
        }
        for reason, value in expected.items():
            assert math.isclose(found[reason]["value"] if reason in found else 0, value, abs_tol=0.001), (urn, reason)
        assert math.isclose(found["distance"]["measured"]["metres"], metres, abs_tol=0.1)
        count += 1
    assert count > 10


def test_a_weight_turns_a_reason_off_or_up(api):
    for item in api.ok(PATH, **only("Phases")).items():
        assert [one["reason"] for one in item["reasons"]] == ["phases"] and item["score"] == 1
        assert by_reason(item)["phases"]["measured"] == {"own": "Primary", "theirs": "Secondary"}
    even, uneven = (api.ok(PATH, **only("Distance", "Sector"), **more).items() for more in ({}, {}))
    assert even == uneven
    strong = api.ok(PATH, **{**only("Distance", "Sector"), "weightSector": 10}, limit=5).items()
    assert all("sector" in by_reason(item) and item["score"] > 10 / 11 for item in strong)
    assert api.get(PATH, **only()).problem(400, "invalid-parameter") == ["weightDistance"]
    assert api.get(PATH, weightSector=11).problem(400, "invalid-parameter") == ["weightSector"]


def test_a_partner_is_never_suggested(api, callers, school):
    first, second = api.ok(PATH, limit=2).items()
    pair = "insert into published.partner_pair (organisation_id, partner_id) values (%s, %s)"
    callers.sql(pair, school, first["id"])
    try:
        assert api.ok(PATH, limit=1).items() == [second]
    finally:
        callers.sql("delete from published.partner_pair where organisation_id = %s", school)
    assert api.ok(PATH, limit=1).items() == [first]


def test_what_has_closed_is_never_suggested(api, callers):
    closed = {str(key) for key, in callers.sql("select id from reference.organisation where status = 'Closed'")}
    assert closed
    for path in (PATH, "/v1/schools/990009/potential-partners"):
        assert not closed & {item["id"] for item in api.every(path, limit=500, within=50000)}


def test_complementing_notices_suggest_whoever_wrote_them(api, callers, school, notice):
    other, stranger = callers.organisation(None), callers.organisation(None)
    notice(school, "need", subjects="{F3}", phases="{Primary}")
    fitting = sorted(notice(other, "offer", subjects=subjects) for subjects in ("{}", "{F3,G1}"))
    notice(other, "need")
    for misfit in ({"areas": "{curriculum}"}, {"subjects": "{W3}"}, {"phases": "{Secondary}"},
                   {"expires_at": "2020-01-01"}):
        notice(stranger, "offer", **misfit)
    found = api.ok(PATH, **only("Notices")).items()
    assert [item["id"] for item in found] == [other]
    assert found[0]["location"] is None and found[0]["distance"] is None
    reason = by_reason(found[0])["notices"]
    assert math.isclose(reason["value"], 2 / 3, abs_tol=0.001)
    assert sorted(reason["measured"]["notices"]) == fitting
    back = api.ok(f"/v1/organisations/{other}/potential-partners").items()
    assert {item["id"] for item in back} == {school, stranger}


def test_shared_focus_areas(api, callers, school, notice):
    near = callers.find("urn:100049")
    notice(school, "need", focus_areas="{wellbeing,languages}")
    notice(near, "need", focus_areas="{wellbeing}")
    [found] = api.ok(PATH, **only("Focus"), within=50000).items()
    assert found["id"] == near and found["score"] == 0.5
    assert by_reason(found)["focus"]["measured"] == {"shared": ["wellbeing"]}


def test_universities_and_providers_nearby(api):
    for kind, weight in (("university", "University"), ("trainingProvider", "Training")):
        reason = weight.lower()
        items = api.ok(PATH, kind=kind, **only(weight)).items()
        assert items and all(item["kind"] == kind and list(by_reason(item)) == [reason] for item in items)
    values = {by_reason(item)["training"]["measured"]["accredited"]: by_reason(item)["training"]["value"]
              for item in api.ok(PATH, limit=500, **only("Training")).items()}
    assert values == {True: 1, False: 0.5}


def test_a_university_is_offered_schools_and_a_provider_too(api, callers):
    for identifier, reason in (("ukprn:99900102", "university"), ("providerCode:0Z2", "training")):
        path = f"/v1/organisations/{callers.find(identifier)}/potential-partners"
        items = api.ok(path, kind="school", limit=5).items()
        assert len(items) == 5 and all(reason in by_reason(item) for item in items)


def test_a_trust_and_a_council_look_around_themselves(api, callers):
    for identifier in ("uid:900001", "gss:E09000007"):
        items = api.ok(f"/v1/organisations/{callers.find(identifier)}/potential-partners", within=2000).items()
        assert items and all((item["distance"] or 0) <= 2000 for item in items)


def test_whoever_has_no_place_and_no_notice_has_none(api, callers):
    assert api.ok(f"/v1/organisations/{callers.organisation(None)}/potential-partners").items() == []


def test_unknown_is_404(api):
    api.get("/v1/schools/999999/potential-partners").problem(404, "not-found")
    api.get(f"/v1/organisations/{uuid.uuid4()}/potential-partners").problem(404, "not-found")


def test_formats(api):
    assert api.ok(PATH, "text/csv", limit=2).text().startswith("id,kind,name")
    features = api.ok(PATH, "application/geo+json", limit=2).json()["features"]
    assert [one["geometry"]["type"] for one in features] == ["Point", "Point"]
