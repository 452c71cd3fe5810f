#!/bin/sh
# SPDX-License-Identifier: MIT
# Brings the database up to this version's schema and verifies it. Where it is, say libpq's own variables: PGHOST,
# PGDATABASE (accord), PGUSER (postgres, or another superuser).
set -eu
cd "${MIGRATIONS:-/usr/share/accord/db}"
export PGDATABASE="${PGDATABASE:-accord}" PGUSER="${PGUSER:-postgres}"
# sqitch asks who deploys, which a container cannot tell, and must not hear of other settings.
export SQITCH_FULLNAME=Accord SQITCH_EMAIL=accord@localhost SQITCH_USER_CONFIG=/dev/null
sqitch deploy --verify db:pg:
sqitch verify db:pg:
