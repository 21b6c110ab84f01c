Go-live import: members with their plans, sponsors, points and open commissions from CSV files, with a dry run, background posting and a reconciliation.
