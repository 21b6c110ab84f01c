"""Files that members send with a dispute: pictures and PDFs, kept with the dispute."""

from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools.mimetypes import guess_mimetype

FILE_MAX = 10 * 1024 * 1024
FILE_TYPES = ("image/png", "image/jpeg", "image/webp", "application/pdf")


def read_evidence(upload):
    """Return the values of an attachment of an uploaded file, None without one.

    :raise UserError: the file is too large, or it is neither a picture nor a PDF
    """
    content = upload.read(FILE_MAX + 1) if hasattr(upload, "read") else b""
    if not content:
        return None
    if len(content) > FILE_MAX:
        raise UserError(request.env._("The file is larger than 10 MB."))
    mimetype = guess_mimetype(content)  # of what it is, not of what it says
    if mimetype not in FILE_TYPES:
        raise UserError(request.env._("Add a picture or a PDF."))
    return {"name": upload.filename or "evidence", "raw": content, "mimetype": mimetype}


def attach_evidence(dispute, values):
    """Keep a file with a dispute: whoever may read that reads it."""
    if values:
        # members have no rights on disputes and their files; this one they just opened
        request.env["ir.attachment"].sudo().create(
            {**values, "res_model": dispute._name, "res_id": dispute.id}
        )
