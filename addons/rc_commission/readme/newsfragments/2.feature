Plans as versioned data, the engine, the commission ledger, settlement runs to vendor bills, portal pages.
