"""The one outgoing call of a postback: https to a public address that is looked up once."""

import http.client
import socket
import ssl
from urllib.parse import urlsplit

from .kernel.postback import are_public

TIMEOUT = 5
_PORT = 443


class Blocked(Exception):
    """The host leads to an address that is not public."""


def look_up(host):
    """Return the addresses of a host, as texts."""
    found = socket.getaddrinfo(host, _PORT, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(entry[4][0] for entry in found))


class _Connection(http.client.HTTPSConnection):
    """Connects to an address that was checked; the certificate is still the name's.

    Looking the name up again would let its owner answer with another address the second time.
    """

    def __init__(self, host, address):
        self._tls = ssl.create_default_context()
        super().__init__(host, _PORT, timeout=TIMEOUT, context=self._tls)
        self._address = address

    def connect(self):
        plain = socket.create_connection((self._address, _PORT), TIMEOUT)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


def call(url, headers):
    """Ask for ``url`` and return the status; redirects are not followed, the answer is not read.

    :raise Blocked: the host has an address that is not public
    :raise OSError: it cannot be reached in time
    """
    parts = urlsplit(url)
    addresses = look_up(parts.hostname)
    if not are_public(addresses):
        raise Blocked(parts.hostname)
    connection = _Connection(parts.hostname, addresses[0])
    try:
        target = parts.path or "/"
        connection.request(
            "GET", f"{target}?{parts.query}" if parts.query else target, headers=headers
        )
        return connection.getresponse().status
    except http.client.HTTPException as error:
        raise OSError(type(error).__name__) from error
    finally:
        connection.close()
