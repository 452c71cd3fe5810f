#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs every linter, or the named ones; each counts once, and the last line is "N passed, N failed".
# Usage: tests/lint.sh [LINTER…] | tests/lint.sh --format
set -u
cd "$(dirname "$0")/.." || exit 1
export PATH=/usr/bin:/bin:/usr/sbin:/sbin:$PATH LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1

all=(format tidy cppcheck shell sql python openapi)
mapfile -t sources < <(git ls-files -co --exclude-standard -- 'api/*.c' 'tests/unit/*.c' 'tests/fuzz/*.c')
mapfile -t headers < <(git ls-files -co --exclude-standard -- 'api/*.h' 'tests/unit/*.h' 'tests/fuzz/*.h')

format() {
	clang-format --dry-run -Werror "${sources[@]}" "${headers[@]}"
}

# The compiler that configured the build is gcc; options that clang does not know are none of its business.
tidy() {
	.ci/build build && .ci/build build tests || return
	printf '%s\0' "${sources[@]}" |
		xargs -0 -n 4 -P 2 clang-tidy --quiet -p build --extra-arg=-Wno-unknown-warning-option 2>/dev/null
}

# What it cannot judge: leaks, for it does not know cleanup attributes (LeakSanitizer judges those); readdir, whose
# replacement is deprecated; addresses of locals in a queue, which a waiting thread takes out again before it returns.
# Newer ones say of most files that they have not looked at all branches.
cppcheck_() {
	cppcheck --quiet --std=c11 --library=posix --enable=warning,performance,portability --inline-suppr \
		--suppress=memleak --suppress=resourceLeak --suppress=readdirCalled --suppress=autoVariables \
		--suppress=normalCheckLevelMaxBranches \
		--suppress=missingIncludeSystem --suppress=unknownMacro --error-exitcode=1 -j 2 -D_GNU_SOURCE -I api api
}

shell() {
	local file scripts=()
	while IFS= read -r file; do
		[[ $(head -c 64 "$file" 2>/dev/null) == '#!'*sh* ]] && scripts+=("$file")
	done < <(git ls-files -co --exclude-standard)
	shellcheck -x "${scripts[@]}"
}

# Hand-written SQL is laid out for its reader, a column of names beside a column of types; a formatter would undo that
# and does not know our parameters. So what can be said without taste is checked, and nothing is rewritten.
sql() {
	/usr/bin/python3 tests/tidy/tidy.py --kind=sql lowercase_sql sql_layout line_length plain_text indentation
}

# Every file compiles without a warning.
python() {
	git ls-files -co --exclude-standard -z -- '*.py' |
		xargs -0 /usr/bin/python3 -W error -c \
			'import sys; [compile(open(path, encoding="utf-8").read(), path, "exec") for path in sys.argv[1:]]'
}

# The linter comes from npm, by the hashes of the lock file and without running anything that a package brings.
openapi() {
	local modules=openapi/node_modules want
	want=$(sha256sum <openapi/package-lock.json)
	if [ "$(cat "$modules/.installed" 2>/dev/null)" != "$want" ]; then
		(cd openapi && npm ci --ignore-scripts --no-audit --no-fund) || {
			printf 'accord: npm cannot install the OpenAPI linter\n'
			return 1
		}
		printf '%s\n' "$want" >"$modules/.installed"
	fi
	/usr/bin/python3 openapi/bundle.py --also-3.0 openapi/openapi.yaml build/lint &&
		"$modules/.bin/spectral" lint --ruleset openapi/.spectral.yaml --fail-severity warn \
			build/lint/openapi.yaml build/lint/openapi-3.0.json
}

if [ "${1:-}" = --format ]; then
	.ci/install lint || exit
	exec clang-format -i "${sources[@]}" "${headers[@]}"
fi

.ci/install run lint || exit 1
[ $# -gt 0 ] || set -- "${all[@]}"
passed=0 failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM
for name; do
	[[ " ${all[*]} " == *" $name "* ]] || {
		printf 'accord: no linter "%s"; there are: %s\n' "$name" "${all[*]}" >&2
		exit 2
	}
	linter=$name
	[ "$name" != cppcheck ] || linter=cppcheck_
	started=$SECONDS
	if "$linter" >"$log" 2>&1 </dev/null; then
		printf '%-10s ok      %4d s\n' "$name" $((SECONDS - started))
		passed=$((passed + 1))
	else
		printf '%-10s FAILED  %4d s\n' "$name" $((SECONDS - started))
		tail -n 200 "$log"
		failed=$((failed + 1))
	fi
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
