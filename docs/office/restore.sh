#!/bin/sh
# Restore what backup.sh made, into a database that does not have the case, and check it there.
#   restore.sh TARGET KEYS CASE ADDRESS      CASE a new folder; ADDRESS like postgresql://db.office/cases, without a password
# SECOND_LOOK_OWNER: whose the rows are to be in the database; second_look, as in docs/office.md, unless it says another role.
set -eu
umask 077
[ $# = 4 ] || { echo "usage: restore.sh TARGET KEYS CASE ADDRESS" >&2; exit 2; }
target=$1 keys=$2 case=$3 address=$4
fail() { echo "error: $1" >&2; exit 1; }
[ ! -e "$case" ] || fail "$case is there already; restore to another place"
unset SECOND_LOOK_DATABASE  # it would stand for ADDRESS, and the case that is still there be checked in place of this one
[ -f "$target/key" ] || fail "$target does not say whose key is needed, as of an earlier backup.sh; write its name, ID.key, into $target/key"
key=$(cat "$target/key")
[ -f "$keys/$key" ] || fail "the key of this case, $key, is not in $keys"
(cd "$target" && sha256sum --quiet --check SHA256SUMS)
owner=${SECOND_LOOK_OWNER:-second_look}
known=$(psql --dbname="$address" --no-psqlrc --tuples-only --no-align --command="SELECT count(*) FROM pg_roles WHERE rolname = '$owner'")
[ "$known" = 1 ] || owner=$(psql --dbname="$address" --no-psqlrc --tuples-only --no-align --command="SELECT current_user")
pg_restore --dbname="$address" --role="$owner" --no-owner --exit-on-error --single-transaction "$target/rows.dump"
cp -a "$target/folder" "$case"
literal=$(printf '%s' "$address" | sed 's/[&|\]/\\&/g')  # what sed would take for more than itself
sed -i "s|^database = .*|database = \"$literal\"|" "$case/case.database"
own="${SECOND_LOOK_KEYS:-$HOME/.local/share/second-look/keys}"
mkdir -p "$own"
[ -f "$own/$key" ] || cp -p "$keys/$key" "$own/"
workbench case verify "$case" --no-footage
