"""Which font draws the pictures: one that has Chinese characters, if the server has one."""

import functools
import logging
import pathlib
from typing import NamedTuple

from PIL import ImageFont

_logger = logging.getLogger(__name__)

_NOTO = ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc")
_SIMPLIFIED = 2  # of the faces in a Noto collection: JP, KR, SC, TC, HK
# folder, regular, bold, face, has Chinese characters; the first that is there is taken
_CANDIDATES = (
    ("/usr/share/fonts/opentype/noto", *_NOTO, _SIMPLIFIED, True),
    ("/usr/share/fonts/noto-cjk", *_NOTO, _SIMPLIFIED, True),
    ("/usr/share/fonts/google-noto-cjk", *_NOTO, _SIMPLIFIED, True),
    ("/usr/share/fonts/google-noto-sans-cjk-fonts", *_NOTO, _SIMPLIFIED, True),
    ("/usr/share/fonts/truetype/wqy", "wqy-microhei.ttc", "wqy-microhei.ttc", 0, True),
    ("/usr/share/fonts/truetype/wqy", "wqy-zenhei.ttc", "wqy-zenhei.ttc", 0, True),
    ("/System/Library/Fonts", "PingFang.ttc", "PingFang.ttc", 0, True),
    ("/System/Library/Fonts", "STHeiti Light.ttc", "STHeiti Medium.ttc", 0, True),
    ("C:/Windows/Fonts", "msyh.ttc", "msyhbd.ttc", 0, True),
    ("/usr/share/fonts/truetype/dejavu", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf", 0, False),
    ("/usr/share/fonts/dejavu-sans-fonts", "DejaVuSans.ttf", "DejaVuSans-Bold.ttf", 0, False),
)


class Fonts(NamedTuple):
    """Files of a font; without any, Pillow's own is used, which has Latin letters only."""

    regular: str | None
    bold: str | None
    face: int
    has_chinese: bool


@functools.cache
def find_fonts() -> Fonts:
    """Return the best font of this server."""
    for folder, regular, bold, face, has_chinese in _CANDIDATES:
        path = pathlib.Path(folder)
        if (path / regular).is_file():
            strong = bold if (path / bold).is_file() else regular
            return Fonts(str(path / regular), str(path / strong), face, has_chinese)
    _logger.warning("no font found for share cards: install fonts-noto-cjk")
    return Fonts(None, None, 0, False)


@functools.lru_cache(maxsize=64)
def get_font(size: int, is_bold: bool = False):
    """Return a Pillow font of ``size`` pixels."""
    fonts = find_fonts()
    path = fonts.bold if is_bold else fonts.regular
    if not path:
        return ImageFont.load_default(size)
    return ImageFont.truetype(path, size, index=fonts.face)
