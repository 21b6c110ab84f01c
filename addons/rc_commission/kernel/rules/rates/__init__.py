"""How much: ``rate(line, basis, payee)`` returns a Rated, or a Miss that says why nothing."""
