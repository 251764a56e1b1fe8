#!/bin/sh
# Back up a case whose rows lie in PostgreSQL, while people work on it.
#   backup.sh CASE TARGET KEYS      CASE its folder; TARGET a new folder; KEYS a folder on another medium, for its key
# Pictures are copied before and after the rows: whatever the rows name then lies in the copy, in whichever of the two it was.
set -eu
umask 077
[ $# = 3 ] || { echo "usage: backup.sh CASE TARGET KEYS" >&2; exit 2; }
case=$1 target=$2 keys=$3
fail() { echo "error: $1" >&2; exit 1; }
[ -f "$case/case.database" ] || fail "$case is no case whose rows lie in PostgreSQL"
[ ! -e "$target" ] || fail "$target is there already; give each backup a folder of its own"
address=${SECOND_LOOK_DATABASE:-$(sed -n 's/^database = "\(.*\)"$/\1/p' "$case/case.database")}
schema=$(sed -n 's/^schema = "\(case_[0-9a-f]*\)"$/\1/p' "$case/case.database")
seal=$(psql --dbname="$address" --no-psqlrc --tuples-only --no-align --command="SELECT \"case\" FROM \"$schema\".seal")
key=${SECOND_LOOK_KEY_FILE:-${SECOND_LOOK_KEYS:-${HOME:?set SECOND_LOOK_KEYS, for there is no HOME}/.local/share/second-look/keys}/$seal.key}
[ -f "$key" ] || fail "the key of $case is not in $key; 'workbench case info $case' says where it is"
trap 'rm -rf "$target"' EXIT  # half a backup is none
mkdir -p "$target" "$keys"
cp -a "$case" "$target/folder"
pg_dump --dbname="$address" --schema="$schema" --format=custom --no-owner --file="$target/rows.dump"
cp -a "$case/." "$target/folder/"
cp -p "$key" "$keys/$seal.key"
echo "$seal.key" > "$target/key"  # which one it is; the key itself is not here
(cd "$target" && find . -type f ! -name SHA256SUMS -exec sha256sum {} + > SHA256SUMS)
trap - EXIT
