# SPDX-License-Identifier: MIT
"""The tests of row security, tested: whichever policy is loosened, some of them fail."""

import psycopg2
import pytest

import test_access_model as suite
from callers import PUBLISHED
from test_access_model import Model

PROBES = [
    suite.test_sql_shows_what_the_model_says, suite.test_writes_stay_at_home,
    suite.test_a_changed_organisation_stays_unverified, suite.test_a_partnership_is_locked_and_not_changed,
    *(lambda model, session, one=one: suite.test_what_is_overseen_is_not_changed(model, session, one)
      for one in ("update restricted.client set name = 'Stray'", "update restricted.person_grant set role = 'viewer'",
                  "update restricted.import set version = version", "update restricted.job set version = version",
                  *(f"update restricted.{table} set summary = 'Stray'" for table in PUBLISHED))),
    *(lambda model, session, one=one: suite.test_what_is_overseen_is_not_ended(model, session, one, "id")
      for one in ("person_grant", "client_secret")),
    *(lambda model, session, one=one: suite.test_a_blind_change_reaches_what_is_own(model, session, *one)
      for one in (("client", "name"), ("person_grant", "name"), ("organisation", "town"), ("import", "version"),
                  ("job", "version"), *((table, "summary") for table in PUBLISHED))),
    *(lambda model, session, one=one: suite.test_an_operator_sees_what_is_no_draft_and_withdraws_it(model, session, one)
      for one in PUBLISHED),
    suite.test_an_operator_sees_every_job_and_no_other_record,
    lambda model, session: suite.test_events_are_for_administrators(model, session, "viewer"),
]
# The policies of whoever may call; the owner's functions and those who verify the audit have their own, which let
# everything pass.
POLICIES = """
    select relname, polname, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
    from pg_policy join pg_class on pg_class.oid = polrelid
    where polroles not in (array['accord_owner'::regrole::oid], array['accord_admin'::regrole::oid])
    order by relname, polname"""


@pytest.fixture(scope="module")
def model(callers):
    model = Model(callers, 3)
    yield model
    model.remove()


def failure(database, model):
    """The first of the probes that fails; None when all pass."""
    for probe in PROBES:
        session = psycopg2.connect(database.dsn("accord_api"))
        try:
            probe(model, session)
        except (AssertionError, psycopg2.Error, pytest.fail.Exception) as fault:
            return fault
        finally:
            session.close()
    return None


def test_nothing_fails_as_it_is(database, model):
    assert failure(database, model) is None


def test_each_policy_is_missed(callers, database, model):
    policies = callers.sql(POLICIES)
    assert len(policies) >= 17
    unmissed = []
    for table, name, using, check in policies:
        for clause, words in (("using", using), ("with check", check)):
            if words is None:
                continue
            callers.sql(f"alter policy {name} on restricted.{table} {clause} (true)")
            try:
                if failure(database, model) is None:
                    unmissed.append((table, name, clause))
            finally:
                callers.sql(f"alter policy {name} on restricted.{table} {clause} ({words})")
    assert not unmissed
    assert callers.sql(POLICIES) == policies
