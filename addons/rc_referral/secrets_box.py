"""The server's secret for codes of value: a keyed hash to find them, a box to print them again.

The keys come from the server, not from the database, where the operator has set them: option
``rc_code_keys`` of the configuration file or the environment variable ``RC_CODE_KEYS``, one or more
texts of 32 characters or more, separated by commas. The first key writes, all of them read, so a
new key is put in front and the old one stays until its codes are used up. Without such a setting
the key is derived from the database's own secret: a copied database then brings its key along.
"""

import base64
import hashlib
import hmac
import os

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from odoo.exceptions import UserError
from odoo.tools import config
from odoo.tools import hmac as odoo_hmac

KEY_LENGTH_MIN = 32
_SCOPE = "rc_referral-codes-of-value"


def _get_keys(env):
    """Return the keys as bytes, the writing one first."""
    texts = (config.get("rc_code_keys") or os.environ.get("RC_CODE_KEYS") or "").split(",")
    keys = [text.strip() for text in texts if text.strip()]
    if any(len(key) < KEY_LENGTH_MIN for key in keys):
        raise UserError(
            env._("Each key of rc_code_keys needs %s characters or more.", KEY_LENGTH_MIN)
        )
    # the database's secret is the system's; callers get no key, only hashes and boxes
    keys.append(odoo_hmac(env(su=True), _SCOPE, "key"))
    return [key.encode() for key in keys]


def get_hashes(env, text):
    """Return the keyed hashes of a folded text, the one to be stored first."""
    return [
        hmac.new(key, f"{_SCOPE}:{text}".encode(), hashlib.sha256).hexdigest()
        for key in _get_keys(env)
    ]


def close_box(env, text):
    """Return the text encrypted."""
    return _get_fernet(env).encrypt(text.encode()).decode()


def open_box(env, box):
    """Return the text of a box.

    :raise UserError: the key it was closed with is not on this server
    """
    try:
        return _get_fernet(env).decrypt(box.encode()).decode()
    except InvalidToken as error:
        raise UserError(
            env._("The key of this code is not on this server. Ask the administrator.")
        ) from error


def _get_fernet(env):
    return MultiFernet(
        Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"box:" + key).digest()))
        for key in _get_keys(env)
    )
