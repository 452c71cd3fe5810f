# SPDX-License-Identifier: MIT
"""CSV, GeoJSON and NDJSON, read by programs that know nothing of this service."""

import csv
import io
import json

import pytest

CSV, GEOJSON, NDJSON = "text/csv", "application/geo+json", "application/x-ndjson"
LOCATED = ["/v1/schools", "/v1/universities", "/v1/colleges", "/v1/training-providers", "/v1/organisations",
           "/v1/trusts/900001/schools"]
LISTS = [*LOCATED, "/v1/local-authorities", "/v1/regions", "/v1/trusts", "/v1/code-lists", "/v1/code-lists/TestList",
         "/v1/training-providers/0Z1/partners", "/v1/schools/990003/census",
         "/v1/local-authorities/E09000007/deprivation"]


def flat(item, prefix=""):
    """An item's leaves under dotted names, as CSV has them."""
    for name, value in item.items():
        if name == "boundary":
            continue
        if isinstance(value, dict):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def rows(answer):
    assert answer.media == CSV
    return list(csv.DictReader(io.StringIO(answer.text(), newline=""), strict=True))


def same(cell, value):
    if value is None:
        return cell == ""
    if isinstance(value, list):
        return json.loads(cell) == value
    if isinstance(value, bool):
        return cell == str(value).lower()
    if isinstance(value, (int, float)):
        return float(cell) == value
    return cell in (value, "'" + value)


@pytest.mark.parametrize("path", LISTS)
def test_csv_holds_every_value(api, path):
    items = api.ok(path, limit=500).items()
    found = rows(api.ok(path, accept=CSV, limit=500))
    assert len(found) == len(items) > 0
    for row, item in zip(found, items):
        leaves = dict(flat(item))
        absent = {name for name, value in leaves.items() if value is None and name not in row}
        assert all(same(row[name], leaves[name]) for name in set(leaves) - absent), (row, item)
        assert all(row[name] == "" for name in set(row) - set(leaves))


def test_csv_columns_follow_the_contract(api, contract):
    header = api.ok("/v1/schools", accept=CSV, limit=1).text().split("\r\n")[0].split(",")
    members = list(contract.document["components"]["schemas"]["School"]["properties"])
    assert list(dict.fromkeys(name.split(".")[0] for name in header)) == members
    assert {"localAuthority.code", "pupils.value", "pupils.symbol", "location.longitude"} <= set(header)


def test_csv_lines_end_as_they_should(api):
    text = api.ok("/v1/regions", accept=CSV).text()
    assert text.endswith("\r\n") and text.count("\n") == text.count("\r\n") == 12


def test_csv_survives_commas_quotes_and_formulas(api, sql):
    code, name = "E12999999", '=1+1, "Región"\nof two lines'
    sql("insert into reference.region (code, name) values (%s, %s)", code, name)
    try:
        assert api.every("/v1/regions")[-3]["name"] == name
        [row] = [row for row in rows(api.ok("/v1/regions", accept=CSV)) if row["code"] == code]
        assert row["name"] == "'" + name
    finally:
        sql("delete from reference.region where code = %s", code)


@pytest.mark.parametrize("path", LISTS)
def test_ndjson_is_an_item_a_line(api, path):
    answer = api.ok(path, accept=NDJSON, limit=500)
    assert answer.text().endswith("\n")
    assert [json.loads(line) for line in answer.text().splitlines()] == api.ok(path, limit=500).items()


@pytest.mark.parametrize("path", LOCATED)
def test_geojson_of_what_has_a_location(api, path):
    items = api.ok(path, limit=500).items()
    collection = api.ok(path, accept=GEOJSON, limit=500).json()
    assert collection["type"] == "FeatureCollection" and "crs" not in collection
    for feature, item in zip(collection["features"], items, strict=True):
        assert feature["type"] == "Feature" and feature["id"] == next(iter(item.values()))
        place = item["location"]
        point = place and {"type": "Point", "coordinates": [place["longitude"], place["latitude"]]}
        assert feature["geometry"] == point
        assert feature["properties"]["name"] == item["name"]


@pytest.mark.parametrize("path, identity", [
    ("/v1/schools/100008", 100008), ("/v1/universities/99900102", "99900102"), ("/v1/colleges/990102", 990102),
    ("/v1/training-providers/0Z2", "0Z2"),
])
def test_geojson_of_one(api, path, identity):
    feature = api.ok(path, accept=GEOJSON).json()
    assert feature["type"] == "Feature" and feature["id"] == identity
    longitude, latitude = feature["geometry"]["coordinates"]
    assert -0.2 < longitude < 0 and 51.4 < latitude < 51.6


def test_geojson_of_boundaries(api):
    features = api.ok("/v1/local-authorities", accept=GEOJSON, region="E12000007", status="live").json()["features"]
    assert len(features) == 33
    for feature in features:
        assert feature["geometry"]["type"] == "MultiPolygon" and "boundary" not in feature["properties"]
        for polygon in feature["geometry"]["coordinates"]:
            for ring in polygon:
                assert ring[0] == ring[-1] and len(ring) >= 4
                assert all(-0.6 < longitude < 0.4 and 51.2 < latitude < 51.8 for longitude, latitude in ring)


def test_pages_of_other_formats_go_on_by_link(api):
    seen, path = [], "/v1/local-authorities?limit=60&order=code"
    while path:
        answer = api.ok(path, accept=CSV)
        seen += [row["code"] for row in rows(answer)]
        path = answer.headers["Link"].split(">")[0].lstrip("<") if "Link" in answer.headers else None
    assert seen == [item["code"] for item in api.every("/v1/local-authorities", order="code")]


@pytest.mark.parametrize("accept, media", [
    ("*/*", "application/json"), ("text/*", CSV), ("application/geo+json;q=0.5, text/csv;q=0.6", CSV),
    ("text/html, application/json;q=0.1", "application/json"), ("application/*;q=0.2, application/geo+json", GEOJSON),
])
def test_the_preferred_format_is_sent(api, accept, media):
    assert api.ok("/v1/schools", accept=accept, limit=1).media == media


@pytest.mark.parametrize("path, accept", [
    ("/v1/schools", "text/html"), ("/v1/schools", "application/json;q=0"), ("/v1/regions", GEOJSON),
    ("/v1/trusts", GEOJSON), ("/v1/code-lists/TestList", GEOJSON), ("/v1/schools/990001/links", CSV),
    ("/v1/schools/100008", CSV), ("/", "text/csv"), ("/openapi.yaml", "application/json"),
])
def test_another_format_is_refused(api, path, accept):
    api.get(path, accept=accept).problem(406, "not-acceptable")


def test_compressed_is_the_same(api):
    plain = api.ok("/v1/schools")
    small = api.get("/v1/schools", headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip" and small.body == plain.body
    assert small.headers["ETag"] != plain.headers["ETag"]
    assert int(small.headers["Content-Length"]) < len(plain.body) / 3
