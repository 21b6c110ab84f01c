"""What a request tells about the visitor: a person's page view, a prefetch, a bot."""

import re
from collections.abc import Mapping

# Browsers inside apps say the app's name; they carry people. The bare names without a browser's
# "Mozilla" are the apps' link previewers.
_IN_APP = re.compile(
    r"^mozilla/.*(micromessenger|instagram|fban|fbav|fb_iab|whatsapp|line/|weibo|bytedance|tiktok"
    r"|snapchat|pinterest|twitter|qq/|dingtalk|alipay)",
    re.IGNORECASE,
)
_BOT = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|curl/|wget/|python-|httpclient|okhttp|go-http|java/|libwww"
    r"|facebookexternalhit|facebot|whatsapp|pinterest/|google-pagerenderer|preview|scrapy|axios",
    re.IGNORECASE,
)
_PREFETCH = ("prefetch", "prerender", "preview")
_PREFETCH_HEADERS = ("Sec-Purpose", "Purpose", "X-Moz", "X-Purpose")


def is_bot(user_agent: str) -> bool:
    """Tell whether the agent is a machine; an agent that says nothing is one.

    >>> is_bot("Mozilla/5.0 (iPhone) AppleWebKit/605 Mobile MicroMessenger/8.0")
    False
    >>> is_bot("WhatsApp/2.23.20.0 A")
    True
    """
    agent = user_agent.strip()
    if not agent:
        return True
    if _IN_APP.search(agent):
        return False
    return bool(_BOT.search(agent))


def is_page_view(method: str, headers: Mapping[str, str]) -> bool:
    """Tell whether somebody opens the page in a window of their own.

    HEAD, prefetch and prerender, frames, images and requests of foreign scripts are no page view.

    >>> is_page_view("GET", {"Sec-Fetch-Dest": "iframe"})
    False
    """
    if method != "GET":
        return False
    for name in _PREFETCH_HEADERS:
        if any(word in headers.get(name, "").lower() for word in _PREFETCH):
            return False
    destination = headers.get("Sec-Fetch-Dest", "document").lower()
    if destination == "empty":  # our own script, after the visitor has allowed the cookie
        return headers.get("Sec-Fetch-Site", "").lower() == "same-origin"
    return destination == "document"
