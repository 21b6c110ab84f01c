"""Named numbers: ``value(world, spec, person, start, end, currency)`` over ``[start, end)``."""
