# SPDX-License-Identifier: MIT
"""Representations: negotiation, CSV, GeoJSON, newline-delimited JSON."""

import csv
import io
import json

import pytest

CSV = "text/csv"
GEOJSON = "application/geo+json"
NDJSON = "application/x-ndjson"
HEADER = ("id,code,batch,name,colour,weight,quantity,madeOn,fragile,tags,serial,makerId,startsOn,endsOn,shelf.from,"
          "shelf.to,location.longitude,location.latitude,state,createdAt").split(",")


def media(answer):
    return answer.header("Content-Type").split(";")[0]


@pytest.mark.parametrize("accept, wanted", [
    (None, "application/json"), ("", "application/json"), ("*/*", "application/json"),
    ("application/*", "application/json"),
    ("application/json", "application/json"), (CSV, CSV), ("text/*", CSV), (GEOJSON, GEOJSON), (NDJSON, NDJSON),
    ("text/csv;q=0.5, application/json;q=0.4", CSV), ("text/csv;q=0.4, */*;q=0.5", "application/json"),
    ("application/json;q=0, */*", CSV), ("TEXT/CSV", CSV), ("text/html, text/csv;q=0.9, */*;q=0.1", CSV),
    ("text/csv; charset=utf-8", CSV), ("image/png, application/geo+json;q=0.001", GEOJSON),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
])
def test_preferred_media_type_is_sent(api, accept, wanted):
    answer = api.get("/v1/widgets?limit=1", headers={} if accept is None else {"Accept": accept}).expect(200)
    assert media(answer) == wanted
    assert "accept" in answer.header("Vary").lower()


@pytest.mark.parametrize("accept", ["image/png", "text/html", "application/xml, text/html", "application/json;q=0",
                                    "*/*;q=0",
                                    "text/csv;q=0, application/json;q=0.000, image/*"])
def test_nothing_acceptable_is_406(api, accept):
    if "csv" in accept:
        accept += ", application/geo+json;q=0, application/x-ndjson;q=0"
    api.get("/v1/widgets", headers={"Accept": accept}).expect(406, "not-acceptable")


def test_problem_is_sent_whatever_is_accepted(api):
    api.get("/nowhere", headers={"Accept": CSV}).expect(404, "not-found")
    api.get("/v1/widgets?x=1", headers={"Accept": GEOJSON}).expect(400, "invalid-parameter")


def test_csv(api, batch, widget):
    widget(name="=1+1", tags=["+x", "y"], weight=1.5, quantity=3, fragile=True,
           location={"longitude": -0.125, "latitude": 51.5},
           serial="a,b")
    widget(name='quote " and\nline', shelf={"from": 900000, "to": 900002})
    widget(name="minus", location={"longitude": -1, "latitude": -2}, colour="bluish, dark", makerId=1,
           madeOn="2024-01-02")
    answer = api.get(f"/v1/widgets?batch={batch}", headers={"Accept": CSV}).expect(200)
    assert answer.header("Content-Type").split(";")[0] == CSV
    text = answer.body.decode()
    assert text.startswith(",".join(HEADER) + "\r\n") and text.endswith("\r\n")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == 3 and all(None not in row for row in rows)
    assert rows[0]["name"] == "'=1+1"
    assert (rows[0]["weight"], rows[0]["quantity"], rows[0]["fragile"]) in [("1.5", "3", "true"),
                                                                            ("1.500", "3", "true")]
    assert json.loads(rows[0]["tags"].lstrip("'")) == ["+x", "y"]
    assert (rows[0]["location.longitude"], rows[0]["location.latitude"], rows[0]["serial"]) == ("-0.125", "51.5",
                                                                                                "a,b")
    assert (rows[1]["location.longitude"], rows[1]["madeOn"], rows[1]["colour"]) == ("-1", "2024-01-02",
                                                                                     "bluish, dark")
    assert rows[2]["name"] == 'quote " and\nline' and rows[2]["location.longitude"] == ""
    assert (rows[2]["shelf.from"], rows[2]["shelf.to"]) == ("900000", "900002")


@pytest.mark.parametrize("name", ["=x", "+x", "-x", "@x", "\tx", "\rx"])
def test_csv_formula_is_defused(api, batch, widget, name):
    widget(name=name)
    text = api.get(f"/v1/widgets?batch={batch}", headers={"Accept": CSV}).expect(200).body.decode()
    assert next(csv.DictReader(io.StringIO(text, newline="")))["name"] == "'" + name


def test_csv_of_nothing_is_its_header(api):
    text = api.get("/v1/widgets?batch=nobody", headers={"Accept": CSV}).expect(200).body.decode()
    assert text == ",".join(HEADER) + "\r\n"


@pytest.mark.parametrize("accept", [CSV, GEOJSON, NDJSON])
def test_other_media_types_page_by_link(api, batch, widget, accept):
    for _ in range(3):
        widget()
    answer = api.get(f"/v1/widgets?batch={batch}&limit=2", headers={"Accept": accept}).expect(200)
    link = answer.header("Link")
    rest = link[link.index("<") + 1:link.index(">")]
    rest = rest[rest.index("/v1/"):]
    last = api.get(rest, headers={"Accept": accept}).expect(200)
    assert last.header("Link") is None and answer.etag != last.etag


def test_geojson(api, batch, widget):
    widget(name="a", location={"longitude": -0.125, "latitude": 51.5})
    made = widget(name="b").json()
    answer = api.get(f"/v1/widgets?batch={batch}", headers={"Accept": GEOJSON}).expect(200).json()
    assert answer["type"] == "FeatureCollection" and "crs" not in answer
    first, second = answer["features"]
    assert first["type"] == "Feature" and first["geometry"] == {"type": "Point", "coordinates": [-0.125, 51.5]}
    assert second["geometry"] is None and second["id"] == made["id"]
    assert second["properties"]["name"] == "b"


def test_geojson_of_one(api, widget):
    made = widget(location={"longitude": 1, "latitude": 2}).json()
    answer = api.get("/v1/widgets/" + made["id"], headers={"Accept": GEOJSON}).expect(200).json()
    assert answer["type"] == "Feature" and answer["geometry"]["coordinates"] == [1, 2] and answer["id"] == made["id"]


def test_ndjson_of_nothing_is_empty(api):
    answer = api.get("/v1/widgets?batch=nobody", headers={"Accept": NDJSON}).expect(200)
    assert (media(answer), answer.body, answer.header("Content-Length")) == (NDJSON, b"", "0")


def test_ndjson(api, batch, widget):
    for number in range(3):
        widget(name=f"line\n{number}")
    body = api.get(f"/v1/widgets?batch={batch}", headers={"Accept": NDJSON}).expect(200).body
    lines = body.split(b"\n")
    assert lines.pop() == b"" and [json.loads(line)["name"] for line in lines] == ["line\n0", "line\n1", "line\n2"]


def test_sub_resource_without_the_type_is_406(api, widget):
    api.get(f"/v1/widgets/{widget().json()['id']}/parts", headers={"Accept": CSV}).expect(406, "not-acceptable")


def test_numbers_keep_their_digits(api, widget):
    made = widget(weight=12345.678, location={"longitude": -0.127758, "latitude": 51.507351})
    assert b"12345.678" in made.body and b"51.507351" in made.body and b"-0.127758" in made.body
