def migrate(cr, version):
    """Packages are priced in CNY: the currency is switched on, as on a new database."""
    cr.execute("UPDATE res_currency SET active = TRUE WHERE name = 'CNY' AND NOT active")
