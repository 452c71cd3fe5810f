#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs a command beside a private PostgreSQL of this clone, and stops both whatever happens.
#
#   db/cluster.sh NAME [--empty] [--sample] [--fast] -- COMMAND…
#   db/cluster.sh --remove            deletes every instance, unless one is in use
#
# NAME says which of the clone's instances; each has its own data directory and socket, and no TCP port.
#   --empty    the server only: no database, no migrations
#   --sample   loads db/sample as well
#   --fast     gives up safety on power loss; for tests, whose instance is remade after a crash
# COMMAND finds ACCORD_DATABASE, ACCORD_CONTRACT, ACCORD_OPERATIONS, ACCORD_CURSOR_KEY and ACCORD_SECRET_KEY, and for
# its own use CLUSTER_SOCKET (a folder), CLUSTER_FOLDER and CLUSTER_USER (whom the server runs as).
set -eu
cd "$(dirname "$0")/.."
export PATH=/usr/bin:/bin:/usr/sbin:/sbin:$PATH LC_ALL=C.UTF-8
unset "${!PG@}" CDPATH
# sqitch asks who deploys, which a fresh machine cannot tell, and must not hear of another project's settings.
export SQITCH_FULLNAME=Accord SQITCH_EMAIL=accord@localhost SQITCH_USER_CONFIG=/dev/null

say() { printf 'accord: %s\n' "$*" >&2; }
die() {
	say "$@"
	exit 1
}

# --- where: reachable for an unprivileged user whatever the clone's own path, and short, for a socket's path is bounded

home=/var/tmp/accord-$(id -u)-$(pwd -P | sha256sum | cut -c1-8)

# Makes a folder, or takes the one that is there if it is ours: /var/tmp belongs to everybody.
folder() {
	local path=$1 mode=$2 error
	error=$(mkdir -m "$mode" "$path" 2>&1) || [ -d "$path" ] || die "cannot make a folder: ${error#*: }"
	[ "$(stat -c '%F %u' "$path")" = "directory $(id -u)" ] || die "$path belongs to somebody else: remove it"
	chmod "$mode" "$path"
}

lock() {
	exec 9>"$1/lock" || die "cannot write to $1"
	flock -n 9 || die "the instance \"${1##*/}\" of this clone is in use: stop that run first"
}

remove() {
	local path
	for path in "$home"/*/; do
		[ -d "$path" ] || continue
		path=${path%/}
		lock "$path"
		end_processes "$path/data"
		rm -rf "$path"
	done
	rm -rf "$home"
}

# --- who: PostgreSQL refuses root

if [ "$(id -u)" = 0 ]; then
	user=postgres
	drop=(setpriv --reuid postgres --regid postgres --clear-groups --inh-caps=-all)
else
	user=$(id -un)
	drop=(setpriv)
fi

# --- one instance

# The newest PostgreSQL that has PostGIS.
find_server() {
	local candidate
	while read -r candidate; do
		[ -e "/usr/share/postgresql/$candidate/extension/postgis.control" ] || continue
		major=$candidate
		bin=/usr/lib/postgresql/$major/bin
		return
	done < <(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null | sort -rn)
	die "PostgreSQL with PostGIS is missing: apt-get install postgresql postgresql-postgis"
}

need_space() {
	local megabytes=$1 free
	free=$(df --output=avail -m "$instance" | tail -n 1)
	[ "$free" -ge "$megabytes" ] || die "the disk is full: $instance needs $megabytes MB and has $((free)) MB"
}

# Ends with what failed; a full disk is behind it more often than not, and then nobody could write why.
give_up() {
	need_space 32
	die "$@"
}

# The first line of a report that tells of an error.
fault_in() {
	printf '%s (%s)' "$(grep -m 1 -iE 'error|could not|cannot|fatal' "$1")" "$1"
}

# Processes of a server that outlived its run, or does not end, work in the data directory; no one else does.
end_processes() {
	local folder=$1 signal found
	[ -e "$folder/postmaster.pid" ] || return 0
	for signal in INT {0..50} QUIT {0..50} KILL {0..50}; do
		mapfile -t found < <(find /proc -mindepth 2 -maxdepth 2 -name cwd -lname "$folder" -printf '%h\n' 2>/dev/null)
		[ ${#found[@]} -gt 0 ] || break
		case $signal in
		[A-Z]*) kill -"$signal" "${found[@]#/proc/}" 2>/dev/null || true ;;
		*) sleep 0.1 ;;
		esac
	done
	rm -f "$folder/postmaster.pid"
}

# True when the instance can go on: whole, of this major version, and its migrations are a beginning of ours.
usable() {
	local deployed=$instance/stamps/deployed change
	[ "$(cat "$data/PG_VERSION" 2>/dev/null)" = "$major" ] || return 1
	[ "$fast" = no ] || [ ! -e "$data/postmaster.pid" ] || return 1
	[ "$empty" = no ] || return 0
	[ -e "$deployed/sqitch.plan" ] || return 1
	[ "$fast" = no ] || [ "$(cat "$instance/stamps/deploy" 2>/dev/null)" = "$migrations" ] || return 1
	cmp -s -n "$(stat -c %s "$deployed/sqitch.plan")" "$deployed/sqitch.plan" db/sqitch.plan || return 1
	for change in "$deployed"/*.sql; do
		cmp -s "$change" "db/deploy/${change##*/}" || return 1
	done
}

make() {
	[ ! -e "$data" ] || say "the instance \"$name\" is of another version or plan, or was cut short: making it anew"
	rm -rf "$data" "$data.new" "$instance/stamps"
	need_space 400
	folder "$instance/stamps" 0700
	install -d -m 0700 -o "$user" "$data.new"
	(
		cd /
		"${drop[@]}" "$bin/initdb" -D "$data.new" -U postgres -A peer -E UTF8 --locale=C.UTF-8 --no-sync
	) >"$instance/initdb.log" 2>&1 9>&- ||
		give_up "cannot make a database: $(fault_in "$instance/initdb.log")"
	mv "$data.new" "$data"
}

# The server's own user, and root, may be the superuser or any role of ours that logs in; nobody else may connect.
write_access() {
	local from role
	printf 'local all all peer map=accord\n' >"$instance/stamps/hba"
	for from in "$user" root; do
		for role in postgres accord_api accord_worker accord_admin; do
			printf 'accord "%s" %s\n' "$from" "$role"
		done
	done >"$instance/stamps/ident"
	install -m 0600 -o "$user" "$instance/stamps/hba" "$data/pg_hba.conf"
	install -m 0600 -o "$user" "$instance/stamps/ident" "$data/pg_ident.conf"
}

# PostGIS comes with dozens of libraries: loaded once, for all sessions, none spends 40 ms on it.
start() {
	local settings=(-c listen_addresses= -c "unix_socket_directories=$socket" -c port=5432 -c max_connections=200
		-c shared_buffers=128MB -c shared_preload_libraries=postgis-3
		-c timezone=UTC -c log_timezone=UTC -c "log_line_prefix=%m [%p] %q%u@%d ")
	[ "$fast" = no ] || settings+=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off)
	end_processes "$data"
	rm -f "$socket"/.s.PGSQL.*
	write_access
	: >"$log"
	# Its own session, so that Ctrl-C reaches it only through us, after the command; and it ends when we do.
	cd /
	setsid "${drop[@]}" --pdeathsig INT "$bin/postgres" -D "$data" "${settings[@]}" >>"$log" 2>&1 </dev/null 9>&- &
	server=$!
	cd "$OLDPWD"
	# A crashed instance replays its log first, which may take a while.
	local line=() _
	for _ in {1..6000}; do
		kill -0 "$server" 2>/dev/null || break
		[ ! -e "$data/postmaster.pid" ] || mapfile -t line <"$data/postmaster.pid" || true
		[[ ${line[7]:-} != ready* ]] || return 0
		sleep 0.02
	done
	give_up "PostgreSQL does not start: $(last_words)"
}

# Why the server is not there, as far as it could tell.
last_words() {
	local words
	words=$(grep -E 'FATAL|PANIC' "$log" | tail -n 1 | sed 's/.*[A-Z]:  //')
	printf '%s (%s)' "${words:-killed}" "$log"
}

database() {
	printf 'host=%s dbname=accord user=%s' "$socket" "$1"
}

deploy() {
	local report=$instance/deploy.log
	[ "$(cat "$instance/stamps/deploy" 2>/dev/null)" != "$migrations" ] || return 0
	need_space 64
	rm -f "$instance/stamps/deploy"
	[ -e "$instance/stamps/deployed" ] || PGHOST=$socket "$bin/createdb" -U postgres -T template0 accord 9>&-
	(cd db && PGHOST=$socket PGUSER=postgres sqitch deploy --verify db:pg:accord) >"$report" 2>&1 9>&- ||
		give_up "cannot deploy the migrations: $(fault_in "$report")"
	rm -rf "$instance/stamps/deployed"
	mkdir "$instance/stamps/deployed"
	cp db/sqitch.plan db/deploy/*.sql "$instance/stamps/deployed/"
	printf '%s\n' "$migrations" >"$instance/stamps/deploy"
}

# db/sample/manifest: lines of KIND FILE…, in the order in which they build on one another; then what is made up.
load_sample() {
	local report=$instance/sample.log stamp kind names files
	stamp=$( (printf '%s\n' "$migrations" && sha256sum build/accord db/sample/* && cat_tree db/import) | sha256sum)
	[ "$(cat "$instance/stamps/sample" 2>/dev/null)" != "$stamp" ] || return 0
	need_space 128
	rm -f "$instance/stamps/sample"
	: >"$report"
	while read -r kind names; do
		[[ -n $kind && $kind != \#* ]] || continue
		read -r -a files <<<"$names"
		ACCORD_DATABASE=$(database accord_worker) build/accord import "$kind" "${files[@]/#/db/sample/}" \
			>>"$report" 2>&1 </dev/null 9>&- || give_up "cannot load the sample: $(tail -n 1 "$report") ($report)"
	done <db/sample/manifest
	"$bin/psql" -X -q -v ON_ERROR_STOP=1 "$(database accord_api)" -f db/sample/demonstration.sql \
		>>"$report" 2>&1 </dev/null 9>&- || give_up "cannot load the demonstration: $(fault_in "$report")"
	printf '%s\n' "$stamp" >"$instance/stamps/sample"
}

cat_tree() {
	find "$1" -type f -print0 | sort -z | xargs -0 cat
}

# 64 hexadecimal digits, the same each time for a name.
key() {
	local key=$instance/stamps/$1
	[ -s "$key" ] || (umask 077 && od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$key")
	cat "$key"
}

# --- the command, and the end

# The command is a session of its own: a signal reaches it once, through us, and all that it started with it.
run() {
	ACCORD_DATABASE=$(database accord_api)
	ACCORD_CURSOR_KEY=$(key cursor_key)
	ACCORD_SECRET_KEY=$(key secret_key)
	export ACCORD_DATABASE ACCORD_CURSOR_KEY ACCORD_SECRET_KEY
	export CLUSTER_SOCKET=$socket CLUSTER_FOLDER=$instance CLUSTER_USER=$user
	exec 8<&0
	setsid env --default-signal=INT,QUIT,TERM,HUP setpriv --pdeathsig TERM "$@" <&8 8<&- 9>&- &
	command=$!
	local status=0 ended
	while kill -0 "$command" 2>/dev/null; do
		status=0
		wait -n -p ended "$command" "$server" 2>/dev/null || status=$?
		[ "${ended:-}" != "$server" ] || give_up "PostgreSQL has ended: $(last_words)"
	done
	# A signal may have come between, and the end with it.
	[ "${ended:-}" = "$command" ] || {
		status=0
		wait "$command" || status=$?
	}
	return "$status"
}

# Signals go to the whole session of the command, as a terminal would send them.
forward() {
	[ -n "$command" ] || exit 130
	kill -"$1" -- "-$command" 2>/dev/null || true
}

# True while a process of the command's session lives; the dead that nobody has reaped yet do not count.
lives() {
	local file line state group _
	for file in /proc/[0-9]*/stat; do
		read -r line 2>/dev/null <"$file" || continue
		read -r state _ group _ <<<"${line##*) }"
		[ "$group" != "$command" ] || [ "$state" = Z ] || return 0
	done 2>/dev/null
	return 1
}

finish() {
	local status=$? _
	trap '' INT TERM HUP
	if [ -n "$command" ] && kill -TERM -- "-$command" 2>/dev/null; then
		for _ in {1..150}; do
			lives || break
			sleep 0.1
		done
		kill -KILL -- "-$command" 2>/dev/null || true
	fi
	if [ -n "$server" ]; then
		kill -INT "$server" 2>/dev/null || true
		# One that ran out of space while it recovered was seen to wait for ever.
		for _ in {1..200}; do
			kill -0 "$server" 2>/dev/null || break
			sleep 0.05
		done
		end_processes "$data"
	fi
	exit "$status"
}

[ "${1:-}" != --remove ] || {
	remove
	exit 0
}
name=${1:?a name for the instance}
[[ $name =~ ^[a-z]{1,20}$ ]] || die "an instance's name is 1 to 20 lower-case letters"
shift
empty=no sample=no fast=no
while [ "${1:-}" != -- ]; do
	case "${1:-}" in
	--empty) empty=yes ;;
	--sample) sample=yes ;;
	--fast) fast=yes ;;
	*) die "usage: db/cluster.sh NAME [--empty] [--sample] [--fast] -- COMMAND…" ;;
	esac
	shift
done
shift
[ $# -gt 0 ] || die "no command to run"

instance=$home/$name data=$home/$name/data socket=$home/$name/socket log=$home/$name/postgresql.log
server='' command=''
migrations=$(cat db/sqitch.plan db/deploy/*.sql db/verify/*.sql 2>/dev/null | sha256sum)
find_server
folder "$home" 0711
folder "$instance" 0711
lock "$instance"
trap finish EXIT
trap 'forward INT' INT
trap 'forward TERM' TERM HUP
usable || {
	end_processes "$data"
	make
}
install -d -m 0700 -o "$user" "$socket"
install -m 0600 -o "$user" /dev/null "$log"
start
export ACCORD_CONTRACT=$PWD/build/openapi/openapi.json ACCORD_OPERATIONS=$PWD/db/operations
[ "$empty" = yes ] || deploy
[ "$sample" = no ] || load_sample
run "$@"
