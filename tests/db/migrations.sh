#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Deploys, verifies, reverts and deploys again every migration, on an empty server; each step of each is one test.
# db/cluster.sh gives it that server.
set -eu
cd "$(dirname "$0")/../../db"
export PGHOST=$CLUSTER_SOCKET PGUSER=postgres
passed=0 failed=0
changes=$(grep -cE '^[a-z_]+ ' sqitch.plan)

# The catalogue without what sqitch itself keeps: what a migration makes, its reversal must take away.
catalogue() {
	psql -X -At -d accord -c "
		select 'schema', nspname from pg_namespace where nspname !~ '^(pg_|sqitch)' and nspname <> 'information_schema'
		union all
		select 'relation', c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = relnamespace
		where nspname !~ '^(pg_|sqitch)' and nspname <> 'information_schema'
		union all
		select 'function', p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = pronamespace
		where nspname !~ '^(pg_|sqitch)' and nspname <> 'information_schema'
		union all
		select 'extension', extname from pg_extension
		order by 1, 2"
}

# Runs sqitch; every change counts once.
step() {
	printf '# %s\n' "$*"
	if sqitch "$@"; then
		passed=$((passed + changes))
	else
		failed=$((failed + 1))
	fi
}

same() {
	if diff "$1" "$2"; then
		passed=$((passed + 1))
	else
		printf '# %s\n' "$3"
		failed=$((failed + 1))
	fi
}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
psql -X -q -d postgres -c 'drop database if exists accord' -c 'create database accord template template0'
catalogue >"$folder/empty"
step deploy --verify db:pg:accord
catalogue >"$folder/deployed"
step verify db:pg:accord
step revert -y db:pg:accord
catalogue >"$folder/reverted"
same "$folder/empty" "$folder/reverted" "reverting leaves something behind"
step deploy --verify db:pg:accord
catalogue >"$folder/again"
same "$folder/deployed" "$folder/again" "a second deployment differs from the first"
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
