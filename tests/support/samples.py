"""Files as people send them, and as attackers do; made by other programs than those that read."""

import zipfile
import zlib
from io import BytesIO

import pikepdf
import pillow_heif
from PIL import Image
from PIL.PngImagePlugin import PngInfo

CANARY = "CANARY-9f3b"
GPS = {1: "N", 2: (52.0, 59.0, 33.25), 3: "E", 4: (6.0, 33.0, 47.5)}


def picture(size: tuple[int, int] = (60, 40)) -> Image.Image:
    """Red above left, blue elsewhere: one sees which way up it is."""
    image = Image.new("RGB", size, (20, 20, 220))
    image.paste((220, 20, 20), (0, 0, size[0] // 2, size[1] // 2))
    return image


def scene(size: tuple[int, int]) -> Image.Image:
    """As rich in detail as a photo."""
    small = (size[0] // 40, size[1] // 40)
    bands = [Image.effect_noise(small, 90).resize(size, Image.Resampling.BOX) for _ in range(3)]
    return Image.merge("RGB", bands)


def exif(orientation: int = 1) -> Image.Exif:
    found = Image.Exif()
    found[0x0112] = orientation
    found[0x010E] = CANARY
    found[0x8825] = GPS
    return found


def saved(image: Image.Image, name: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def jpeg(image: Image.Image | None = None, orientation: int = 1) -> bytes:
    return saved(
        image or picture(), "JPEG", exif=exif(orientation), comment=CANARY.encode(), quality=85
    )


def png(image: Image.Image | None = None) -> bytes:
    words = PngInfo()
    words.add_text("Comment", CANARY)
    words.add_itxt("XML:com.adobe.xmp", f"<x>{CANARY}</x>")
    return saved(image or picture(), "PNG", pnginfo=words, exif=exif())


def heic(image: Image.Image | None = None, orientation: int = 1) -> bytes:
    out = BytesIO()
    file = pillow_heif.from_pillow(image or picture((64, 48)))
    file.save(out, quality=60, exif=exif(orientation).tobytes(), xmp=f"<x>{CANARY}</x>".encode())
    return out.getvalue()


def pdf(pages: int = 1, **options: object) -> bytes:
    document = pikepdf.new()
    for number in range(pages):
        document.add_blank_page(page_size=(200, 200))
        document.pages[-1].Contents = document.make_stream(f"% page {number}\n".encode())
    return written(document, **options)


def written(document: pikepdf.Pdf, **options: object) -> bytes:
    out = BytesIO()
    document.save(out, **options)  # ty: ignore[invalid-argument-type]
    return out.getvalue()


def loaded_pdf() -> bytes:
    """With everything that a PDF should not carry, and words that were filled in."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(200, 200))
    name, page = pikepdf.Name, document.pages[0]
    script = pikepdf.Dictionary(S=name.JavaScript, JS=pikepdf.String(f"app.alert('{CANARY}')"))
    document.Root.OpenAction = document.make_indirect(script)
    document.Root.AA = pikepdf.Dictionary(WC=script)
    document.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=[pikepdf.String("run"), script])
    )
    document.attachments["evil.exe"] = CANARY.encode()
    page.obj.AA = pikepdf.Dictionary(O=script)
    page.obj.PieceInfo = pikepdf.Dictionary(Some=pikepdf.String(CANARY))
    with document.open_metadata() as metadata:
        metadata["dc:title"] = CANARY
    document.docinfo["/Author"] = pikepdf.String(CANARY)
    photo = document.make_stream(jpeg())
    for key, value in {
        "/Type": name.XObject, "/Subtype": name.Image, "/Width": 60, "/Height": 40,
        "/BitsPerComponent": 8, "/ColorSpace": name.DeviceRGB, "/Filter": name.DCTDecode,
        "/Metadata": document.make_stream(CANARY.encode()),
    }.items():  # fmt: skip
        photo[key] = value
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Photo=photo))
    page.obj.Contents = document.make_stream(b"q 100 0 0 66 20 20 cm /Photo Do Q")
    ink = document.make_stream(b"% FILLED-IN\n0 0 20 20 re f")
    for key, value in {
        "/Type": name.XObject, "/Subtype": name.Form, "/BBox": [0, 0, 20, 20],
    }.items():  # fmt: skip
        ink[key] = value
    page.obj.Annots = document.make_indirect(
        pikepdf.Array(
            [
                pikepdf.Dictionary(
                    Type=name.Annot, Subtype=name.Stamp, Rect=[10, 150, 30, 170], F=4,
                    AP=pikepdf.Dictionary(N=ink), Contents=pikepdf.String(CANARY),
                ),
                pikepdf.Dictionary(
                    Type=name.Annot, Subtype=name.Link, Rect=[0, 0, 9, 9],
                    A=pikepdf.Dictionary(S=name.Launch, F=pikepdf.String("cmd.exe")),
                ),
            ]
        )
    )  # fmt: skip
    return written(document)


def archive() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("META-INF/MANIFEST.MF", CANARY)
    return out.getvalue()


def claimed_size(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says that it is this large."""
    image = saved(Image.new("L", (1, 1)), "PNG")
    header = image[:16] + width.to_bytes(4, "big") + height.to_bytes(4, "big") + image[24:29]
    return header + zlib.crc32(header[12:29]).to_bytes(4, "big") + image[33:]
