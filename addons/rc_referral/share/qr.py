"""QR codes as a matrix, SVG, PNG and on a PDF page."""

import functools
import io
from xml.sax.saxutils import escape

from PIL import Image
from reportlab.graphics.barcode.qr import QrCodeWidget

QUIET = 4  # modules of white around, as the standard asks


@functools.lru_cache(maxsize=256)
def matrix(text: str) -> tuple[tuple[bool, ...], ...]:
    """Return the dark modules, row by row, with error correction M (15 %)."""
    code = QrCodeWidget(text, barLevel="M").qr
    code.make()
    size = range(code.getModuleCount())
    return tuple(tuple(bool(code.isDark(row, col)) for col in size) for row in size)


def to_image(text: str, size: int) -> Image.Image:
    """Return a square picture of at least ``size`` pixels whose modules are whole pixels."""
    rows = matrix(text)
    side = len(rows) + 2 * QUIET
    picture = Image.new("1", (side, side), 1)
    for y, row in enumerate(rows):
        for x, is_dark in enumerate(row):
            if is_dark:
                picture.putpixel((x + QUIET, y + QUIET), 0)
    scale = -(-size // side)
    return picture.resize((side * scale, side * scale), Image.Resampling.NEAREST)


def to_png(text: str, size: int = 1024) -> bytes:
    """Return a PNG for screens and print."""
    out = io.BytesIO()
    to_image(text, size).save(out, "PNG")
    return out.getvalue()


def to_svg(text: str) -> str:
    """Return an SVG that prints sharp at any size; it holds the link as its title, as text."""
    rows = matrix(text)
    side = len(rows) + 2 * QUIET
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side * 8}" '
        f'height="{side * 8}" shape-rendering="crispEdges"><title>{escape(text)}</title>'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{path}"/></svg>'
    )


def draw(canvas, text: str, x: float, y: float, size: float) -> None:
    """Draw on a reportlab canvas: lower left corner and size in points, quiet zone included."""
    rows = matrix(text)
    side = len(rows) + 2 * QUIET
    unit = size / side
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        for column, is_dark in enumerate(row):
            if is_dark:
                top = y + size - (number + QUIET) * unit
                path.rect(x + (column + QUIET) * unit, top - unit, unit, unit)
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)
