# SPDX-License-Identifier: MIT
"""Schools: one (schools_get), and lists by every filter (schools_list)."""

import math

import pytest

SCHOOL = 100008  # Argyle Primary School, Camden
CAMDEN = "E09000007"
PLACE = "51.528748,-0.123908"  # where it is


def urns(items):
    return {item["urn"] for item in items}


def every(api, **query):
    return api.every("/v1/schools", limit=500, **query)


def wanted(sql, where, *values):
    return {urn for urn, in sql(f"select urn from reference.school where {where}", *values)}


def test_one_school_in_full(api, sql):
    found = api.ok(f"/v1/schools/{SCHOOL}").json()
    [(name, low, high, capacity, postcode, easting, northing)] = sql(
        "select name, statutory_low_age, statutory_high_age, capacity, postcode, easting, northing"
        " from reference.school where urn = %s", SCHOOL)
    assert found["name"] == name == "Argyle Primary School"
    assert found["localAuthority"] == {"code": CAMDEN, "oldCode": "202", "name": "Camden"}
    assert found["region"] == {"code": "E12000007", "name": "London"}
    assert (found["lowAge"], found["highAge"]) == (low, high) == (3, 11)
    assert found["capacity"] == {"value": capacity, "symbol": None, "reason": None}
    assert found["address"]["postcode"] == postcode
    assert (found["location"]["easting"], found["location"]["northing"]) == (easting, northing)
    assert (found["phase"], found["sector"], found["type"]["name"]) == ("Primary", "state", "Community school")
    assert found["laEstab"] == "2022019" and found["establishmentNumber"] == "2019"
    assert found["distance"] is None
    assert api.ok(found["self"]).json() == found


def test_list_and_single_have_one_shape(api):
    for item in api.ok("/v1/schools", limit=20, order="-fsmPercent").items():
        assert api.ok(item["self"]).json() == item


@pytest.mark.parametrize("urn", [
    "1", "9999", "0100008", "1000000", "abc", "100008x", "-100008", "10000.8", "%31%30%30",
])
def test_what_cannot_be_a_urn_is_not_found(api, urn):
    api.get(f"/v1/schools/{urn}").problem(404, "not-found")


def test_unknown_urn_is_not_found(api):
    api.get("/v1/schools/999999").problem(404, "not-found")
    api.get("/v1/schools/99999").problem(404, "not-found")


def test_escaped_urn_is_the_same_school(api):
    assert api.ok("/v1/schools/%3100008").json()["urn"] == SCHOOL


def test_missing_numbers_say_why(api):
    missing = [item["pupils"] for item in every(api) if item["pupils"]["value"] is None]
    assert missing
    assert all(measure["symbol"] and measure["reason"] for measure in missing)
    present = api.ok("/v1/schools", order="-pupils", limit=10).items()
    assert all(item["pupils"]["symbol"] is None and item["pupils"]["reason"] is None for item in present)


def test_a_school_without_a_location_says_so(api, sql):
    [(urn,)] = sql("select urn from reference.school where grid is null order by urn limit 1")
    assert api.ok(f"/v1/schools/{urn}").json()["location"] is None


def test_a_location_says_where_it_comes_from(api, sql):
    rows = sql("select urn, location_source, location_precision_metres from reference.school")
    known = {urn: (source, precision) for urn, source, precision in rows}
    sources = set()
    for item in every(api):
        found = (item["locationSource"], item["locationPrecision"])
        assert found == known[item["urn"]]
        assert (item["location"] is None) == (found[0] is None)
        assert (found[1] is not None) == (found[0] == "postcodeDistrict")
        sources.add(found[0])
    assert sources == {"register", "postcodeDistrict", None}


def test_a_school_without_coordinates_stands_in_its_postcode_district(api, sql):
    [(urn, district)] = sql("""
        select urn, split_part(postcode, ' ', 1) from reference.school
        where location_source = 'postcodeDistrict' order by urn limit 1""")
    found = api.ok(f"/v1/schools/{urn}").json()
    [(easting, northing)] = sql("""
        select round(avg(easting))::integer, round(avg(northing))::integer from reference.school
        where location_source = 'register' and split_part(postcode, ' ', 1) = %s""", district)
    assert (found["location"]["easting"], found["location"]["northing"]) == (easting, northing)
    assert found["locationPrecision"] >= 1000


def test_whom_a_school_admits(api):
    assert api.ok("/v1/schools/990001").json()["gender"] == "Girls"
    assert 990008 in urns(every(api, gender="Boys"))


NAMES = {"phase": "phase_name", "type": "type_name", "typeGroup": "type_group_name", "status": "status_name",
         "religiousCharacter": "religious_character_name", "gender": "gender_name"}


@pytest.mark.parametrize("parameter", NAMES)
def test_filter_by_each_name(api, sql, parameter):
    column = NAMES[parameter]
    rows = sql(f"select distinct {column} from reference.school where {column} is not null order by 1")
    names = [name for name, in rows]
    for name in names:
        assert urns(every(api, **{parameter: [name]})) == wanted(sql, f"{column} = %s", name)
    some = names[:3]
    if len(some) > 1:
        assert urns(every(api, **{parameter: some})) == wanted(sql, f"{column} = any(%s)", some)


@pytest.mark.parametrize("sector", ["state", "independent"])
def test_filter_by_sector(api, sql, sector):
    assert urns(every(api, sector=sector)) == wanted(sql, "sector = %s", sector)


def test_filter_by_authority_takes_either_code(api, sql):
    camden = wanted(sql, "local_authority_code = %s", CAMDEN)
    assert len(camden) > 40
    assert urns(every(api, localAuthority=CAMDEN)) == urns(every(api, localAuthority="202")) == camden
    two = wanted(sql, "local_authority_code in ('E09000007', 'E09000033')")
    assert urns(every(api, localAuthority=["202", "E09000033"])) == two
    assert every(api, localAuthority="999") == []


def test_filter_by_region(api, sql):
    where = "local_authority_code in (select code from reference.local_authority where region_code = any(%s))"
    assert urns(every(api, region="E12000007")) == wanted(sql, where, ["E12000007"])
    assert urns(every(api, region=["E12000001", "E12000007"])) == wanted(sql, where, ["E12000001", "E12000007"])


@pytest.mark.parametrize("low, high", [(11, 16), (16, 18), (3, 3), (0, 2)])
def test_filter_by_ages(api, sql, low, high):
    assert urns(every(api, ageFrom=low, ageTo=high)) == wanted(
        sql, "statutory_low_age <= %s and statutory_high_age >= %s", low, high)
    for parameter in ("ageFrom", "ageTo"):
        assert urns(every(api, **{parameter: low})) == wanted(
            sql, "statutory_low_age <= %s and statutory_high_age >= %s", low, low)


def test_filter_by_numbers(api, sql):
    assert urns(every(api, pupilsMin=300, pupilsMax=420)) == wanted(sql, "pupils between 300 and 420")
    assert urns(every(api, pupilsMax=100)) == wanted(sql, "pupils <= 100")
    assert urns(every(api, fsmPercentMin=12.5)) == wanted(sql, "fsm_percent >= 12.5")
    assert urns(every(api, fsmPercentMin=20, fsmPercentMax="20.9")) == wanted(sql, "fsm_percent between 20 and 20.9")
    assert every(api, pupilsMin=420, pupilsMax=300) == []


def test_filters_are_combined(api, sql):
    found = every(api, phase=["Secondary", "All-through"], localAuthority="202", sector="state", pupilsMin=500,
                  order="-pupils")
    assert urns(found) == wanted(sql, "phase_name in ('Secondary', 'All-through') and local_authority_code = %s"
                                      " and sector = 'state' and pupils >= 500", CAMDEN)
    assert found


def test_comma_within_a_value_is_escaped(api, sql):
    name = "Open, but proposed to close"
    expected = wanted(sql, "status_name = %s", name)
    assert urns(every(api, status=[name])) == expected and expected
    assert urns(every(api, status=["Open", name])) == wanted(sql, "status_name in ('Open', %s)", name)


def grid_distance(first, second):
    return math.hypot(first["easting"] - second["easting"], first["northing"] - second["northing"])


def test_near_lists_what_is_within(api, sql):
    here = api.ok(f"/v1/schools/{SCHOOL}").json()["location"]
    found = every(api, near=PLACE, within=1500, order="distance")
    assert found[0]["urn"] == SCHOOL and found[0]["distance"] < 1
    assert [item["distance"] for item in found] == sorted(item["distance"] for item in found)
    for item in found:
        assert abs(item["distance"] - grid_distance(here, item["location"])) < 1
    assert urns(found) == wanted(sql, "postgis.st_dwithin(grid, postgis.st_transform("
                                      "postgis.st_point(-0.123908, 51.528748, 4326), 27700), 1500)")


def test_near_in_another_order(api):
    by_distance, by_name = (every(api, near=PLACE, within=2000, order=order) for order in ("distance", "-name"))
    assert urns(by_distance) == urns(by_name)
    assert all(item["distance"] is not None for item in by_name)


def test_within_is_5000_unless_given(api):
    assert urns(every(api, near=PLACE)) == urns(every(api, near=PLACE, within=5000))


def test_without_location_counts_what_near_cannot_find(api, sql):
    everywhere = api.ok("/v1/schools", near=PLACE).json()["withoutLocation"]
    assert everywhere == len(wanted(sql, "grid is null")) > 0
    some = api.ok("/v1/schools", near=PLACE, sector="state", limit=1).json()["withoutLocation"]
    assert some == len(wanted(sql, "grid is null and sector = 'state'"))
    assert "withoutLocation" not in api.ok("/v1/schools").json()


@pytest.mark.parametrize("near", [
    "51.5", "51.5,", "51.5,-0.1,3", "-0.12,51.5", "51.5,-9", "51.5,2", "48.9,0", "61,0", "north,west", "51.5, -0.1",
    "51.5;-0.1", "5e1,0", "51.,0",
])
def test_a_place_outside_great_britain_is_refused(api, near):
    assert api.get("/v1/schools", near=near).problem(400, "invalid-parameter") == ["near"]


@pytest.mark.parametrize("near", ["51.5,-0.1", "51,0", "49.1,-8.9", "60.999999,1.999999", "51.5,-0"])
def test_a_place_in_great_britain_is_taken(api, near):
    api.ok("/v1/schools", near=near, limit=1, order="distance")


@pytest.mark.parametrize("query, parameter", [
    ({"within": 500}, "within"), ({"order": "distance"}, "order"), ({"order": "-distance"}, "order"),
    ({"ageFrom": 16, "ageTo": 11}, "ageTo"), ({"near": PLACE, "within": 0}, "within"),
    ({"near": PLACE, "within": 50001}, "within"), ({"near": PLACE, "within": "1.5"}, "within"), ({"limit": 0}, "limit"),
    ({"limit": 501}, "limit"), ({"limit": "+5"}, "limit"), ({"limit": ""}, "limit"), ({"order": "urn"}, "order"),
    ({"order": "name,pupils"}, "order"), ({"sector": "private"}, "sector"), ({"ageFrom": -1}, "ageFrom"),
    ({"pupilsMin": "many"}, "pupilsMin"), ({"fsmPercentMin": 101}, "fsmPercentMin"),
    ({"fsmPercentMax": "NaN"}, "fsmPercentMax"), ({"localAuthority": "Camden"}, "localAuthority"),
    ({"localAuthority": ["202", "202"]}, "localAuthority"), ({"region": "H"}, "region"), ({"phase": ""}, "phase"),
    ({"phases": "Primary"}, "phases"), ({"Phase": "Primary"}, "Phase"),
    ({"local_authority": "202"}, "local_authority"), ({"request_order": "name"}, "request_order"),
])
def test_malformed_parameter_is_refused(api, query, parameter):
    assert api.get("/v1/schools", **query).problem(400, "invalid-parameter") == [parameter]


def test_repeated_parameter_is_refused(api):
    assert api.get("/v1/schools?phase=Primary&phase=Secondary").problem(400, "invalid-parameter") == ["phase"]


def test_every_fault_is_reported(api):
    assert sorted(api.get("/v1/schools", limit=0, sector="x", near="y").problem(400, "invalid-parameter")) == [
        "limit", "near", "sector"]


@pytest.mark.parametrize("text", [
    "' or true --", "Primary'; drop table reference.school; --", "%", "\\", "$1", "{Primary}", "\"", "null",
])
def test_text_stays_text(api, text):
    assert every(api, phase=[text]) == []


def test_no_way_to_write(api):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = api.call(method, "/v1/schools")
        answer.problem(405, "method-not-allowed")
        assert {"GET", "HEAD", "OPTIONS"} <= {word.strip() for word in answer.headers["Allow"].split(",")}
