"""Who earns: ``find(sale, network)`` returns the candidates, or a Miss that says why none."""
