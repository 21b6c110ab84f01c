#!/bin/bash
# Runs once before Odoo starts: installs our modules in a new database, updates them in an old one.
set -euo pipefail

: "${RC_DATABASE:=rainbowcity}"
modules=$(find /mnt/extra-addons -mindepth 2 -maxdepth 2 -name __manifest__.py -printf '%h\n' |
	xargs -n 1 basename | sort | paste -sd ,)

# The password goes by the file libpq reads, so that no process list shows it.
PGPASSFILE=$(mktemp)
export PGPASSFILE PGHOST="$HOST" PGUSER="$USER"
printf '%s:*:*:%s:%s\n' "$HOST" "$USER" "$PASSWORD" >"$PGPASSFILE"

if psql -At -d "$RC_DATABASE" -c 'SELECT 1 FROM ir_module_module LIMIT 1' >/dev/null 2>&1; then
	echo "updating $modules in $RC_DATABASE"
	work=(-u "$modules" -i "$modules")
else
	echo "installing $modules in $RC_DATABASE"
	work=(-i "$modules")
fi
if [ "${RC_DEMO:-0}" = 1 ]; then
	work+=(--with-demo)
fi
exec /entrypoint.sh odoo -d "$RC_DATABASE" "${work[@]}" --stop-after-init --workers=0 --max-cron-threads=0 --no-http
