# Everything runs through `python3 -m tools.rc`; see docs/operations.md.
PYTHON ?= python3
RC = $(PYTHON) -m tools.rc
export PORT FILE DB
ifeq ($(strip $(PORT)),)
unexport PORT
endif
ifeq ($(strip $(FILE)),)
unexport FILE
endif
ifeq ($(strip $(DB)),)
unexport DB
endif

.DEFAULT_GOAL := help
.PHONY: help up down reset update shell logs psql backup restore scenario \
	test nightly lint kernel screenshots doctor

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: ## start everything and print the address and the logins (PORT=8070 for another port)
	@$(RC) up
down: ## stop it
	@$(RC) down
reset: ## throw the demo database away and make it again
	@$(RC) reset
update: ## after a change of code: update the database and restart
	@$(RC) update
shell: ## a Python shell on the database
	@$(RC) shell
logs: ## follow Odoo's log
	@$(RC) logs
psql: ## psql on the database
	@$(RC) psql
backup: ## write database and files into one file (FILE=backup.tar)
	@$(RC) backup
restore: ## make a new database from a backup (FILE=backup.tar DB=rc_restored)
	@$(RC) restore
scenario: ## try a plan on a small world (FILE=tests/scenarios/x.yaml, or a folder; ARGS=--json)
	@$(RC) scenario $(ARGS)
test: ## all tests (ARGS="--only rc_referral", ARGS="--step kernel", ARGS="-- -k word")
	@$(RC) test $(ARGS)
nightly: ## all tests with 200 rounds of every race
	@$(RC) test --nightly $(ARGS)
lint: ## all checks of pre-commit; mends what it can
	@$(RC) lint
kernel: ## kernel and layer tests: no Odoo, milliseconds (ARGS="-k word")
	@$(RC) kernel $(ARGS)
screenshots: ## pictures of the running product (ARGS="--only member_my")
	@$(RC) screenshots $(ARGS)
doctor: ## what this machine has and lacks
	@$(RC) doctor
