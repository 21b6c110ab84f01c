"""When: ``check(sale, line, payee)`` returns None if met, else a Miss that says what failed."""
