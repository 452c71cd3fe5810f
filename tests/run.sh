#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds and runs the tests, cheap ones first; the last line is "N passed, N failed". Usage: tests/run.sh [STAGE…]
# A stage's whole output stays in build/log/STAGE; it is shown when something fails. Sanitized stages run beside others.
set -u
cd "$(dirname "$0")/.." || exit 1
export PATH=/usr/bin:/bin:/usr/sbin:/sbin:$PATH LC_ALL=C.UTF-8
export PYTHONDONTWRITEBYTECODE=1 PYTEST_DISABLE_PLUGIN_AUTOLOAD=1
# Settings of a service that somebody runs by hand are none of the tests'.
unset "${!ACCORD_@}" PYTHONPATH
# The first fault found stops the program, with the place; a leak fails the test at its end.
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 ASAN_OPTIONS=detect_leaks=1:abort_on_error=0

all=(tidy unit schema door migrations database engine proxy api client sanitized_unit sanitized_engine sanitized_api)

# Stages that run only when they are named: what is slow and seldom finds more.
named=(threads)

# --- stages: each prints what a counter of tests/count.py understands, and names that counter first

tidy() { # plain
	/usr/bin/python3 tests/tidy/tidy.py
}

unit() { # tap
	run_units build && run_corpora build
}

schema() { # plain
	run_schema build
}

door() { # pytest
	/usr/bin/python3 -s -m pytest -q -p no:cacheprovider tests/door
}

migrations() { # plain
	setpriv --pdeathsig TERM db/cluster.sh migrations --empty --fast -- tests/db/migrations.sh
}

database() { # tap
	beside_database --sample build pg_prove --verbose --host SOCKET --username postgres --dbname accord tests/db/*.sql
}

engine() { # pytest
	beside_database "" build /usr/bin/python3 -s -m pytest -q -p no:cacheprovider tests/engine
}

proxy() { # pytest
	beside_database "" build /usr/bin/python3 -s -m pytest -q -p no:cacheprovider tests/proxy
}

api() { # pytest
	beside_database --sample build /usr/bin/python3 -s -m pytest -q -p no:cacheprovider tests/api
}

client() { # pytest
	beside_database --sample build /usr/bin/python3 -s -m pytest -q -p no:cacheprovider tests/client
}

sanitized_unit() { # tap
	run_units build/asan && run_corpora build/asan && run_schema build/asan
}

sanitized_engine() { # pytest
	beside_database "" build/asan /usr/bin/python3 -s -m pytest -q -p no:cacheprovider tests/engine
}

sanitized_api() { # pytest
	beside_database --sample build/asan /usr/bin/python3 -s -m pytest -q -p no:cacheprovider tests/api
}

threads() { # pytest
	beside_database "" build/tsan /usr/bin/python3 -s -m pytest -q -p no:cacheprovider \
		tests/engine/test_concurrency.py tests/engine/test_idempotency.py tests/engine/test_line.py \
		tests/engine/test_process.py
}

# --- what stages share

# One program a module, each speaking TAP; a crash ends that program only.
run_units() {
	local program status=0
	for program in "$1"/tests/unit/test_*; do
		[[ -f $program && -x $program ]] || continue
		printf '# %s\n' "$program"
		CMOCKA_MESSAGE_OUTPUT=TAP timeout 120 "$program" || {
			status=1
			printf '# %s ended with an error\n' "$program"
		}
	done
	return "$status"
}

# Each input that once was or may be trouble, through the program that a fuzzer would run.
run_corpora() {
	local input target status=0
	for input in tests/fuzz/corpus/*/*; do
		target=${input#tests/fuzz/corpus/}
		if timeout 60 "$1/tests/fuzz/fuzz_${target%%/*}" "$input"; then
			printf 'ok fuzz %s\n' "$target"
		else
			printf 'not ok fuzz %s\n' "$target"
			status=1
		fi
	done
	return "$status"
}

# Draft 7 comes with Debian; draft 2020-12 is read where a copy lies beside the clone.
run_schema() {
	local suite status=0
	for suite in /usr/share/json-schema-test-suite/tests/draft7 ../shared/json-schema-test-suite/tests/draft2020-12; do
		[ ! -d "$suite" ] || "$1/tests/unit/schema_suite" "$suite" || status=1
	done
	return "$status"
}

# $1 is an option of db/cluster.sh or nothing, $2 the build whose program is tested; each build has its own instance.
beside_database() {
	local options=(--fast) instance=test
	[ -z "$1" ] || options+=("$1")
	shift
	[ "$1" = build ] || instance=test${1#build/}
	setpriv --pdeathsig TERM db/cluster.sh "$instance" "${options[@]}" -- tests/run.sh --beside-database "$@"
}

# --- running them

if [ "${1:-}" = --beside-database ]; then
	unset "${!ACCORD_@}"
	export TEST_ACCORD=$PWD/$2/accord TEST_SOCKET=$CLUSTER_SOCKET
	export TEST_DATABASE="host=$CLUSTER_SOCKET dbname=accord user=postgres"
	unset "${!CLUSTER_@}"
	shift 2
	exec "${@//SOCKET/$TEST_SOCKET}"
fi

build() {
	local name plain=no sanitized=no threaded=no
	for name; do
		case $name in
		sanitized_*) sanitized=yes ;;
		threads) threaded=yes ;;
		*) plain=yes ;;
		esac
	done
	[ "$plain" = no ] || { .ci/build build && .ci/build build tests; } || return
	[ "$sanitized" = no ] || .ci/build build/asan -Db_sanitize=address,undefined -Db_lundef=false || return
	[ "$sanitized" = no ] || .ci/build build/asan tests || return
	[ "$threaded" = no ] || .ci/build build/tsan -Db_sanitize=thread -Db_lundef=false
}

# Runs one stage and adds its counts; shows its output when it failed.
stage() {
	local name=$1 kind log=build/log/$1 status=0 good bad started=$SECONDS
	kind=$(sed -n "s/^$name() { # //p" tests/run.sh)
	printf '%-18s' "$name"
	"$name" >"$log" 2>&1 </dev/null || status=$?
	read -r good bad < <(/usr/bin/python3 tests/count.py "$kind" "$status" <"$log")
	printf '%6d passed, %d failed  %4d s\n' "$good" "$bad" $((SECONDS - started))
	passed=$((passed + good))
	failed=$((failed + bad))
	[ "$bad" = 0 ] || grep -v '^ok ' "$log" | tail -n 200
}

# Runs stages one after the other; what they counted is left in a file beside their logs.
lane() {
	local tally=build/log/$1.tally name
	shift
	passed=0 failed=0
	for name; do
		stage "$name"
	done
	printf '%d %d\n' "$passed" "$failed" >"$tally"
}

# Half of a stage is waiting, so two lanes use the cores that one leaves idle; the second tells at the end.
run_lanes() {
	local name plain=() sanitized=() good bad beside
	for name; do
		case $name in
		sanitized_*) sanitized+=("$name") ;;
		*) plain+=("$name") ;;
		esac
	done
	rm -f build/log/*.tally
	# A program of its own, so that it goes with this one however that ends.
	setpriv --pdeathsig TERM tests/run.sh --lane sanitized "${sanitized[@]}" >build/log/sanitized 2>&1 &
	beside=$!
	lane plain "${plain[@]}"
	wait "$beside"
	cat build/log/sanitized
	passed=0 failed=0
	for name in plain sanitized; do
		read -r good bad <"build/log/$name.tally" || good=0 bad=1
		passed=$((passed + good))
		failed=$((failed + bad))
	done
}

if [ "${1:-}" = --lane ]; then
	shift
	lane "$@"
	exit
fi
[ $# -gt 0 ] || set -- "${all[@]}"
for name; do
	[[ " ${all[*]} ${named[*]} " == *" $name "* ]] || {
		printf 'accord: no stage "%s"; there are: %s\n' "$name" "${all[*]} ${named[*]}" >&2
		exit 2
	}
done
.ci/install run test || exit 1
mkdir -p build/log || exit 1
trap 'exit 130' INT
build "$@" || {
	printf '0 passed, 1 failed\n'
	exit 1
}
run_lanes "$@"
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
