Foundation: founding, joining by code, contributions, growth fund, portal hub, Guild Square.
