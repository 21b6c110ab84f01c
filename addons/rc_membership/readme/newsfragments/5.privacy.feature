Members ask in the portal for a copy of all their data, or to be erased; staff enter requests, an administrator decides. Ledgers, invoices and the sponsor tree keep their numbers.
