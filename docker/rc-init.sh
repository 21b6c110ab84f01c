#!/bin/bash
# Runs before Odoo starts: installs our modules in a new database, updates them in an old one.
set -euo pipefail

: "${RC_DATABASE:=rainbowcity}"
addons=/mnt/extra-addons

# The password goes by the file libpq reads, so that no process list shows it.
PGPASSFILE=$(mktemp)
export PGPASSFILE PGHOST="$HOST" PGUSER="$USER"
printf '%s:*:*:%s:%s\n' "$HOST" "$USER" "$PASSWORD" >"$PGPASSFILE"

sql() {
	psql -XAtq -v ON_ERROR_STOP=1 -d "$RC_DATABASE" -c "$1"
}

run() {
	/entrypoint.sh odoo -d "$RC_DATABASE" --stop-after-init --workers=0 --max-cron-threads=0 --no-http "$@"
}

# our addons, and what they need of Odoo
read -r ours below < <(
	python3 - "$addons" <<-'PYTHON'
		import ast, pathlib, sys
		manifests = pathlib.Path(sys.argv[1]).glob("*/__manifest__.py")
		found = {m.parent.name: ast.literal_eval(m.read_text()) for m in manifests}
		ours = sorted(name for name, data in found.items() if not data.get("auto_install"))
		below = {name for addon in ours for name in found[addon]["depends"]} - set(found)
		print(",".join(ours), ",".join(sorted(below)))
	PYTHON
)

if sql "SELECT 1 FROM ir_module_module LIMIT 1" >/dev/null 2>&1; then
	echo "updating $ours in $RC_DATABASE"
	run -i "$ours" -u "$ours"
elif [ "${RC_DEMO:-0}" = 1 ]; then
	echo "installing $ours with demo data in $RC_DATABASE"
	run -i "$below,payment_demo"
	# our demo data without Odoo's
	sql "UPDATE ir_module_module SET demo = true WHERE state = 'installed'"
	run -i "$ours" --with-demo
else
	echo "installing $ours in $RC_DATABASE"
	run -i "$ours"
fi
