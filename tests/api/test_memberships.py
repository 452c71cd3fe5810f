# SPDX-License-Identifier: MIT
"""Who may do what for an organisation: memberships_list, memberships_get, memberships_create, memberships_update,
memberships_delete."""

import threading
import uuid

import pytest

from callers import ISSUER, slug, soon

PATH = "/v1/memberships"


@pytest.fixture
def home(callers):
    """An organisation of the test's own and its administrator."""
    organisation = callers.organisation(None)
    return organisation, callers.person((organisation, "administrator"))


def key():
    return {"Idempotency-Key": str(uuid.uuid4())}


def request(**changes):
    return {"person": {"issuer": ISSUER, "subject": uuid.uuid4().hex}, "role": "editor", **changes}


def make(api, headers, **changes):
    answer = api.call("POST", PATH, headers={**headers, **key()}, body=request(**changes))
    assert answer.status == 201, answer.body
    return answer


def test_a_role_is_given_changed_and_ended(api, home):
    organisation, boss = home
    made = make(api, boss, name="Grace").json()
    assert (made["role"], made["name"], made["scopes"], made["organisation"]["id"]) == (
        "editor", "Grace", [], organisation)
    read = api.get(made["self"], headers=boss)
    assert read.json() == made
    sent = {**boss, "If-Match": read.headers["ETag"]}
    changed = api.call("PATCH", made["self"], headers=sent, body={"role": "signatory", "name": None})
    assert changed.status == 200 and changed.json() == {**made, "role": "signatory", "name": None}
    api.call("PATCH", made["self"], headers=sent, body={"role": "viewer"}).problem(412, "precondition-failed")
    api.call("DELETE", made["self"], headers=boss).problem(428, "precondition-required")
    assert api.call("DELETE", made["self"], headers={**boss, "If-Match": changed.headers["ETag"]}).status == 204
    api.get(made["self"], headers=boss).problem(404, "not-found")


def test_a_role_is_good_at_once_and_over_at_once(api, callers, home):
    organisation, boss = home
    subject = uuid.uuid4().hex
    other = {"Authorization": "Bearer " + callers.token(subject)}
    api.get(PATH, headers=other).problem(403, "forbidden")
    made = make(api, boss, person={"issuer": ISSUER, "subject": subject}, role="administrator")
    location = made.json()["self"]
    soon(lambda: api.get(PATH, headers=other).status == 200)
    api.call("PATCH", location, headers={**boss, "If-Match": "*"}, body={"role": "viewer"})
    soon(lambda: slug(api.get(PATH, headers=other)) == "insufficient-scope")
    assert api.call("DELETE", location, headers={**boss, "If-Match": "*"}).status == 204
    soon(lambda: slug(api.get(PATH, headers=other)) == "forbidden")


def test_a_repeat_has_the_same_answer(api, home):
    _, boss = home
    sent, body = {**boss, **key()}, request()
    first, second = (api.call("POST", PATH, headers=sent, body=body) for _ in range(2))
    assert first.status == second.status == 201 and first.json() == second.json()
    assert first.headers["Location"].endswith(first.json()["self"])
    api.call("POST", PATH, headers=sent, body=request()).problem(422, "key-reused")
    api.call("POST", PATH, headers={**boss, **key()}, body=body).problem(409, "conflict")


def test_nothing_is_told_of_a_person_elsewhere(api, callers, home):
    _, boss = home
    subject = uuid.uuid4().hex
    callers.sql("insert into restricted.person (id, issuer, subject, name, created_at)"
                " values (gen_random_uuid(), %s, %s, 'Known elsewhere', accord.now())", ISSUER, subject)
    assert make(api, boss, person={"issuer": ISSUER, "subject": subject}).json()["name"] is None


def test_only_an_administrator_gives_roles_and_scopes_of_their_own(api, home):
    _, boss = home
    make(api, boss, scopes=["organisations:write"])
    for scopes in (["organisations:operate"], ["nothing:read"]):
        answer = api.call("POST", PATH, headers={**boss, **key()}, body=request(scopes=scopes))
        answer.problem(403, "forbidden")
        assert answer.json()["errors"][0]["pointer"] == "/scopes"
    api.call("POST", PATH, headers={**boss, **key()}, body=request(role="operator")).problem(422, "invalid-body")


def test_a_scope_without_the_role_gives_no_roles(api, callers, home):
    organisation, _ = home
    deputy = callers.person((organisation, "viewer"), scopes=["memberships:administer"])
    assert api.get(PATH, headers=deputy).status == 200
    answer = api.call("POST", PATH, headers={**deputy, **key()}, body=request(role="viewer"))
    answer.problem(403, "forbidden")


def test_an_administrator_remains(api, home):
    _, boss = home
    [own] = api.get(PATH, headers=boss).items()
    sent = {**boss, "If-Match": "*"}
    api.call("DELETE", own["self"], headers=sent).problem(409, "conflict")
    api.call("PATCH", own["self"], headers=sent, body={"role": "viewer"}).problem(409, "conflict")
    make(api, boss, role="administrator")
    assert api.call("DELETE", own["self"], headers=sent).status == 204


def test_of_two_administrators_who_end_each_other_one_remains(api, callers):
    for _ in range(5):
        organisation = callers.organisation(None)
        people = [callers.person((organisation, "administrator")) for _ in range(2)]
        items = api.get(PATH, headers=people[0]).items()
        answers = []

        def end(one, item):
            answers.append(api.call("DELETE", item["self"], headers={**one, "If-Match": "*"}).status)

        threads = [threading.Thread(target=end, args=pair) for pair in zip(people, items)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers.count(204) == 1, answers


def test_list_is_paged_and_filtered(api, callers, home):
    organisation, boss = home
    made = [make(api, boss, role=role).json() for role in ("viewer", "editor", "viewer")]

    def every(path):
        while path:
            page = api.get(path, headers=boss).json()
            yield from page["items"]
            path = page["next"]

    assert list(every(PATH + "?limit=1"))[1:] == made
    assert list(every(PATH + "?limit=2&order=-createdAt"))[:3] == made[::-1]
    assert list(every(PATH + "?role=viewer")) == [made[0], made[2]]
    assert len(list(every(PATH + f"?organisation={organisation}"))) == 4
    assert not list(every(PATH + f"?organisation={callers.find('urn:990003')}"))


def test_whoever_oversees_reads_and_does_not_change(api, callers):
    trust, school = callers.find("uid:900001"), callers.find("urn:990003")
    above = callers.role(trust, "administrator")
    path = f"{PATH}/{callers.membership(school)}"
    assert api.get(path, headers=above).json()["organisation"]["id"] == school
    for method, body in (("PATCH", {"role": "editor"}), ("DELETE", None)):
        api.call(method, path, headers={**above, "If-Match": "*"}, body=body).problem(403, "forbidden")
    below = callers.role(school, "administrator")
    api.get(f"{PATH}/{callers.membership(trust)}", headers=below).problem(404, "not-found")


def test_a_person_of_several_organisations_acts_for_the_one_named(api, callers, home):
    organisation, _ = home
    other = callers.organisation(None)
    both = callers.person((organisation, "administrator"), (other, "administrator"))
    api.get(PATH, headers=both).problem(400, "organisation-required")
    for one in (organisation, other):
        items = api.get(PATH, headers={**both, "Accord-Organisation": one}).items()
        assert {item["organisation"]["id"] for item in items} == {one}
    api.get(PATH, headers={**both, "Accord-Organisation": str(uuid.uuid4())}).problem(403, "organisation-forbidden")


def test_an_organisation_has_so_many_memberships(api, callers, home):
    organisation, boss = home
    issuer = f"https://{organisation}.example"
    callers.sql("insert into restricted.person (id, issuer, subject, created_at) select gen_random_uuid(), %s, i::text,"
                " accord.now() from generate_series(1, 1999) as i", issuer)
    callers.sql("insert into restricted.person_grant (person_id, organisation_id, role, scopes, created_at)"
                " select id, %s, 'viewer', '{}', accord.now() from restricted.person where issuer = %s",
                organisation, issuer)
    answer = api.call("POST", PATH, headers={**boss, **key()}, body=request())
    answer.problem(409, "conflict")
    assert answer.json()["detail"] == "The organisation has 2000 memberships: end one."
