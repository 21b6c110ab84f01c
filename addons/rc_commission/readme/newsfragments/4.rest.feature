A seat, a gift or given days count as the payee's own tier; openings of a go-live and converted points stand in the analysis.
