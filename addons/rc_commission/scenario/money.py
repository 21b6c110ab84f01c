"""Decimals of currencies, for the engine alone (Odoo has its own table)."""

# ISO 4217: everything else has two
_DIGITS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}


def digits_of(currency: str) -> int:
    """Return the decimals of a currency.

    >>> digits_of("JPY"), digits_of("CNY"), digits_of("KWD")
    (0, 2, 3)
    """
    return _DIGITS.get(currency, 2)
