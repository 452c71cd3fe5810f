#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# `make run`: installs what is missing, builds, and serves London's schools from a private PostgreSQL until Ctrl-C.
set -eu
cd "$(dirname "$0")/.."

die() {
	printf 'accord: %s\n' "$*" >&2
	exit 1
}

taken() {
	(exec 3<>"/dev/tcp/$1/$2") 2>/dev/null
}

# Copies what the service reads to where its unprivileged user can read it, for the clone may be in a private home.
install_program() {
	local folder=$CLUSTER_FOLDER/program
	rm -rf "$folder"
	mkdir -m 0755 "$folder"
	cp build/accord build/openapi/* "$folder/"
	cp -r db/operations db/import build/docs "$folder/"
	chmod -R a+rX "$folder"
	export ACCORD_CONTRACT=$folder/openapi.json ACCORD_OPERATIONS=$folder/operations ACCORD_DOCS=$folder/docs
	program=$folder/accord
}

# A token for whoever tries the service, good for a day: of a program made anew each time, that may do all for Camden.
make_token() {
	local made organisation
	export ACCORD_MODE=development ACCORD_KEYS=$CLUSTER_FOLDER/keys
	install -d -m 0700 -o "$CLUSTER_USER" "$ACCORD_KEYS"
	psql -X -q -h "$CLUSTER_SOCKET" -U postgres -d accord -c "delete from restricted.client where id = 'development'"
	made=$(ACCORD_DATABASE=${ACCORD_DATABASE/accord_api/accord_admin} "${as[@]}" "$program" client create development \
		--name Development --organisation gss:E09000007 --scope all)
	organisation=$(sed -n 's/^organisation=//p' <<<"$made")
	token=$("${as[@]}" "$program" token --organisation "$organisation" --seconds 86400)
}

# Passes the service's words on and, when it is ready, says where to look.
announce() {
	local line url
	trap '' INT TERM
	while IFS= read -r line; do
		printf '%s\n' "$line"
		[[ $line == 'accord: serving on '* ]] || continue
		url=${line##* }
		printf '  %s\n' "$url/" "$url/docs" "$url/openapi.json" "$url/v1/schools" "$url/v1/local-authorities" \
			"$url/v1/published-partnerships" "$url/v1/partnership-notices" \
			"try: curl '$url/v1/schools?near=51.5155,-0.0922&within=2000&limit=3'" \
			"try: curl '$url/v1/schools/100055/potential-partners?limit=1'" \
			"try: curl -H 'Authorization: Bearer $token' '$url/v1/partnerships'" "stop: Ctrl-C"
	done
}

# Beside the database: becomes the service, so that a signal to this process is a signal to it.
if [ "${1:-}" = --beside-database ]; then
	install_program
	cd /
	as=(setpriv --pdeathsig TERM)
	[ "$(id -u)" != 0 ] || as=(setpriv --reuid "$CLUSTER_USER" --regid "$CLUSTER_USER" --clear-groups --inh-caps=-all
		--no-new-privs --pdeathsig TERM)
	make_token
	# The worker is of the service's session, and ends with it.
	ACCORD_DATABASE=${ACCORD_DATABASE/accord_api/accord_worker} "${as[@]}" "$program" work >/dev/null &
	unset "${!CLUSTER_@}"
	exec "${as[@]}" "$program" serve > >(announce)
fi

address=${ACCORD_ADDRESS:-127.0.0.1} port=${ACCORD_PORT:-8080}
! taken "$address" "$port" || die "port $port is taken: choose another, as in ACCORD_PORT=$((port + 1)) make run"
if [ -z "${ACCORD_METRICS_PORT:-}" ] && taken 127.0.0.1 9108; then
	printf 'accord: port 9108 is taken: no metrics this time\n' >&2
	export ACCORD_METRICS_PORT=0
fi
.ci/install run
.ci/build build
exec db/cluster.sh run --sample -- db/serve.sh --beside-database
