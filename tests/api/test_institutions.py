# SPDX-License-Identifier: MIT
"""Universities and colleges: universities_list, universities_get, colleges_list, colleges_get."""

import pytest

PLACE = "51.5405,-0.1425"
KINDS = [("/v1/universities", "university"), ("/v1/colleges", "college")]


def keys(items):
    return {item["self"].split("/")[-1] for item in items}


def every(api, path, **query):
    return api.every(path, limit=500, **query)


def wanted(sql, kind, where="true", *values):
    return {key for key, in sql(
        f"select reference from reference.institution where kind = %s and {where}", kind, *values)}


def test_one_university_in_full(api):
    found = api.ok("/v1/universities/99900102").json()
    place = found.pop("location")
    assert (place["longitude"], place["latitude"]) == (-0.1385, 51.5405)
    assert 529000 < place["easting"] < 530000 and 183000 < place["northing"] < 185000
    assert found.pop("address") == {"street": None, "locality": None, "address3": None, "town": "London",
                                    "county": None, "postcode": "NW1 0AA"}
    assert found == {
        "ukprn": "99900102", "name": "University of Testing 2", "hesaCode": "9902", "awardsDegrees": True,
        "country": None, "openedOn": None, "closedOn": None, "closedYear": None,
        "website": "test.example", "telephone": None, "distance": None,
        "sourceDate": None, "self": "/v1/universities/99900102"}


def test_one_college_by_either_number(api):
    found = api.ok("/v1/colleges/990105").json()
    assert (found["urn"], found["ukprn"], found["type"]) == (990105, "99900205", "Test College")
    assert api.ok("/v1/colleges/99900205").json() == found
    assert api.ok("/v1/colleges/990101").json()["ukprn"] is None


def test_a_number_used_twice_means_the_open_college(api):
    assert api.ok("/v1/colleges/99900203").json()["urn"] == 990103
    assert api.ok("/v1/colleges/990102").json()["closedOn"] == "2018-07-31"


@pytest.mark.parametrize("path", [path for path, _ in KINDS])
def test_list_and_single_have_one_shape(api, path):
    for item in api.ok(path, limit=20, order="-name").items():
        assert api.ok(item["self"]).json() == item


@pytest.mark.parametrize("path", [
    "/v1/universities/99999999", "/v1/universities/9990010", "/v1/universities/99900202", "/v1/universities/ucl",
    "/v1/colleges/999999", "/v1/colleges/99900102", "/v1/colleges/college", "/v1/colleges/0990105",
])
def test_unknown_institution_is_not_found(api, path):
    api.get(path).problem(404, "not-found")


@pytest.mark.parametrize("path, kind", KINDS)
def test_filters(api, sql, path, kind):
    assert keys(every(api, path)) == wanted(sql, kind)
    known = "coalesce(closed_on::text, closed_year::text) is"
    assert keys(every(api, path, closed=True)) == wanted(sql, kind, known + " not null")
    assert keys(every(api, path, closed=False)) == wanted(sql, kind, known + " null")


def test_colleges_by_authority(api, sql):
    camden = wanted(sql, "college", "local_authority_code = 'E09000007'")
    assert keys(every(api, "/v1/colleges", localAuthority=202)) == camden and camden
    assert {item["localAuthority"]["name"] for item in every(api, "/v1/colleges", localAuthority=202)} == {"Camden"}
    both = keys(every(api, "/v1/colleges", localAuthority=["E09000007", "210"], closed=True))
    assert both == wanted(sql, "college", "local_authority_code in ('E09000007', 'E09000028') and"
                                          " coalesce(closed_on::text, closed_year::text) is not null")


def test_colleges_by_type(api, sql):
    types = ["Test College", "Sixth Form College"]
    assert keys(every(api, "/v1/colleges", type=types[0])) == wanted(sql, "college", "college_type = %s", types[0])
    assert keys(every(api, "/v1/colleges", type=types)) == wanted(sql, "college", "college_type = any(%s)", types)


@pytest.mark.parametrize("path, kind", KINDS)
def test_near_lists_what_is_within(api, sql, path, kind):
    circle = "postgis.st_dwithin(grid, postgis.st_transform(postgis.st_point(-0.1425, 51.5405, 4326), 27700), %s)"
    for within in (400, 5000):
        found = every(api, path, near=PLACE, within=within, order="distance")
        assert keys(found) == wanted(sql, kind, circle, within) and found
        assert [item["distance"] for item in found] == sorted(item["distance"] for item in found)
    assert keys(every(api, path, near=PLACE)) == keys(every(api, path, near=PLACE, within=5000, order="-name"))


@pytest.mark.parametrize("path, kind", KINDS)
def test_what_has_no_location_says_so(api, sql, path, kind):
    without = wanted(sql, kind, "grid is null")
    assert keys(item for item in every(api, path) if item["location"] is None) == without


@pytest.mark.parametrize("query, parameter", [
    ({"within": 5}, "within"), ({"order": "distance"}, "order"), ({"near": "London"}, "near"),
    ({"closed": 1}, "closed"), ({"order": "ukprn"}, "order"), ({"kind": "university"}, "kind"),
    ({"localAuthority": ""}, "localAuthority"), ({"limit": 0}, "limit"),
])
@pytest.mark.parametrize("path", [path for path, _ in KINDS])
def test_malformed_parameter_is_refused(api, path, query, parameter):
    assert api.get(path, **query).problem(400, "invalid-parameter") == [parameter]
