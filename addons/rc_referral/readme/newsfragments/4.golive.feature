Go-live import: sponsors.
