"""Codes that are a right to something: never stored, only their hash is.

A code follows from a random number of its row and the database's secret, so that whoever gives it
can see it again and a copy of the table is no key.
"""

import hashlib
import secrets

from odoo.tools import hmac

LENGTH = 12  # 60 bits: nobody finds one by trying
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: nothing to confuse


def make_nonce():
    """Return the random number of a new row."""
    return secrets.token_hex(16)


def make_code(env, scope, nonce):
    """Return the code of a row: ``K7QX-2M9T-04RD``.

    :param scope: what it is a code of; the same number gives another code elsewhere
    """
    digest = int(hmac(env(su=True), scope, nonce), 16)
    letters = "".join(ALPHABET[digest >> 5 * i & 31] for i in range(LENGTH))
    return "-".join(letters[i : i + 4] for i in range(0, LENGTH, 4))


def hash_code(code):
    """Return the hash of a code as somebody typed it: case, blanks, dashes, O, I and L forgiven."""
    typed = "".join(sign for sign in (code or "").upper() if sign.isalnum())[: LENGTH * 2]
    folded = typed.replace("O", "0").replace("I", "1").replace("L", "1")
    return hashlib.sha256(folded.encode()).hexdigest()
