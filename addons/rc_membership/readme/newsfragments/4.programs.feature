A program that a partner owns gives points and growth by its own rules: for the plans, seats and packages it
sells, for check-ins there, and for what its members do. An invoice with plans of two programs is shared between them.
