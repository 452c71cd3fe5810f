#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# `make bench`: measures the service against PostgreSQL's own rate, and what it costs in time and memory, each figure
# beside its bound. Usage: tests/bench/run.sh [SECTION…]
# Load, service and database share the machine, so what is judged are ratios within one run. It ends by itself.
set -u
cd "$(dirname "$0")/../.." || exit 1
export PATH=/usr/bin:/bin:/usr/sbin:/sbin:$PATH LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
# Settings of a service that somebody runs by hand are none of the measurement's.
unset "${!ACCORD_@}" PYTHONPATH
{ .ci/install run bench && .ci/build build && .ci/build build tests/bench/bare; } || {
	printf '0 passed, 1 failed\n'
	exit 1
}
exec db/cluster.sh bench --sample -- /usr/bin/python3 -s tests/bench/bench.py "$@"
