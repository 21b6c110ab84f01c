Go-live import: open commissions as opening accruals, confirmed by a second person.
