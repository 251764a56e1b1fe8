#!/bin/sh
# Restore what backup.sh made, into a database that does not have the case, and check it.
#   restore.sh TARGET KEYS CASE ADDRESS      CASE a new folder; ADDRESS like postgresql://db.office/cases, without a password
set -eu
umask 077
[ $# = 4 ] || { echo "usage: restore.sh TARGET KEYS CASE ADDRESS" >&2; exit 2; }
target=$1 keys=$2 case=$3 address=$4
[ ! -e "$case" ] || { echo "error: $case is there already; restore to another place" >&2; exit 1; }
(cd "$target" && sha256sum --quiet --check SHA256SUMS)
pg_restore --dbname="$address" --no-owner --exit-on-error --single-transaction "$target/rows.dump"
cp -a "$target/folder" "$case"
literal=$(printf '%s' "$address" | sed 's/[&|\]/\\&/g')  # what sed would take for more than itself
sed -i "s|^database = .*|database = \"$literal\"|" "$case/case.database"
mkdir -p "${SECOND_LOOK_KEYS:-$HOME/.local/share/second-look/keys}"
cp -p "$keys"/*.key "${SECOND_LOOK_KEYS:-$HOME/.local/share/second-look/keys}/"
workbench case verify "$case" --no-footage
