# SPDX-License-Identifier: MIT
"""The clients' tests run against the service of the API's tests, whose fixtures these are."""

import importlib.util
import pathlib
import sys

API = pathlib.Path(__file__).resolve().parents[1] / "api"
sys.path.insert(0, str(API))
_specification = importlib.util.spec_from_file_location("api_fixtures", API / "conftest.py")
_fixtures = importlib.util.module_from_spec(_specification)
_specification.loader.exec_module(_fixtures)

bundle, callers, contract, database, service = (
    _fixtures.bundle, _fixtures.callers, _fixtures.contract, _fixtures.database, _fixtures.service)
