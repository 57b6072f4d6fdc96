"""A PDF made anew: its pages, with what was filled in or drawn on them, and nothing else.

A new document takes over what a page needs to be seen. Actions, scripts, attachments, links,
outlines and metadata hang on other places, so they stay behind, and so does every byte before,
between and after the objects. Runs in the child process alone (portal.files.child).
"""

from io import BytesIO

import pikepdf

from portal.files.limits import BROKEN, LOCKED, MOST_PAGES, TOO_MANY_PAGES, Refused

_OF_A_PAGE = {
    "/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents",
    "/Group",
}  # fmt: skip
_NOWHERE = ("/Metadata", "/PieceInfo", "/AF", "/LastModified", "/OPI", "/Alternates", "/Ref")
"""Keys below a page that hold more than is seen, or that point outside."""
_OUTSIDE = ("/F", "/FFilter", "/FDecodeParms")
"""Keys of a stream whose content stands in another file."""


def wake() -> None:
    """Have the ciphers of locked PDFs ready, which look for their settings on the disk.

    Two generations: RC4 until PDF 1.5, AES since.
    """
    for generation in (3, 6):
        with pikepdf.new() as document, BytesIO() as out:
            lock = pikepdf.Encryption(
                owner="", user="", R=generation, aes=generation == 6, metadata=generation == 6
            )
            document.save(out, encryption=lock)
            pikepdf.open(out).close()


def clean_document(received: bytes) -> tuple[bytes, int]:
    """(PDF bytes, number of pages). A PDF that opens without a password is kept without its lock.

    Raises Refused.
    """
    try:
        with pikepdf.open(BytesIO(received), suppress_warnings=True) as source:
            if len(source.pages) > MOST_PAGES:
                raise Refused(TOO_MANY_PAGES)
            if not len(source.pages):
                raise Refused(BROKEN)
            return _made_anew(source), len(source.pages)
    except pikepdf.PasswordError as error:
        raise Refused(LOCKED) from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError) as error:
        raise Refused(BROKEN) from error


def _made_anew(source: pikepdf.Pdf) -> bytes:
    source.flatten_annotations("all")  # what was filled in becomes part of the page
    with pikepdf.new() as clean:
        clean.pages.extend(source.pages)
        for page in clean.pages:
            for key in set(page.obj.keys()) - _OF_A_PAGE:
                del page.obj[key]
        for each in clean.objects:
            if isinstance(each, (pikepdf.Dictionary, pikepdf.Stream)):
                _strip(each)
        out = BytesIO()
        clean.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,  # a scanner can read it too
            deterministic_id=True,
        )
    return out.getvalue()


def _strip(each: pikepdf.Object) -> None:
    is_stream = isinstance(each, pikepdf.Stream)
    for key in (*_NOWHERE, *_OUTSIDE) if is_stream else _NOWHERE:
        if key in each:
            del each[key]
    if is_stream and each.get("/Subtype") == "/Image" and _is_jpeg(each.get("/Filter")):
        raw = each.read_raw_bytes()
        if (bare := without_remarks(raw)) != raw:
            parms = each.get("/DecodeParms")
            each.write(
                bare,
                filter=pikepdf.Name.DCTDecode,
                decode_parms=parms if isinstance(parms, pikepdf.Dictionary) else None,
            )


def _is_jpeg(used: pikepdf.Object | None) -> bool:
    one = used[0] if isinstance(used, pikepdf.Array) and len(used) == 1 else used
    return one == pikepdf.Name.DCTDecode


def without_remarks(jpeg: bytes) -> bytes:
    """JPEG bytes without EXIF, XMP, IPTC and comments; the picture itself isn't touched.

    Colour needs APP0 (JFIF), APP2 (ICC) and APP14 (Adobe). What isn't a JPEG stays as it is.
    """
    if not jpeg.startswith(b"\xff\xd8"):
        return jpeg
    kept, at = [jpeg[:2]], 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:
        marker, end = jpeg[at + 1], at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        is_remark = marker == 0xFE or (0xE0 <= marker <= 0xEF and marker not in (0xE0, 0xE2, 0xEE))
        if not is_remark:
            kept.append(jpeg[at:end])
        at = end
    return b"".join(kept) + jpeg[at:]
