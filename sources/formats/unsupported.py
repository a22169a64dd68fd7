"""What a file is that no table can be read from, and what its sender can do about it. Words only; recognised by the first bytes, or by the parts of a zip."""

from __future__ import annotations

_SAVE_ZH, _SAVE_EN = "请打开原来的工作簿，另存为 .xlsx 后报送", "Open the original workbook, save it as .xlsx and send that"
_RETYPE_ZH, _RETYPE_EN = "请把数据填入下发的模板（.xlsx）后报送", "Fill the figures into the template (.xlsx) and send that"
_UNPACK_ZH, _UNPACK_EN = "请解压后把其中的工作簿逐个报送", "Unpack it and send the workbooks one by one"
_MAGIC = (
    (b"%PDF", "PDF 文件", "a PDF", _SAVE_ZH, _SAVE_EN),
    (b"\x89PNG", "图片", "a picture", _RETYPE_ZH, _RETYPE_EN),
    (b"\xff\xd8\xff", "图片", "a picture", _RETYPE_ZH, _RETYPE_EN),
    (b"GIF8", "图片", "a picture", _RETYPE_ZH, _RETYPE_EN),
    (b"Rar!", "RAR 压缩包", "a RAR archive", _UNPACK_ZH, _UNPACK_EN),
    (b"7z\xbc\xaf", "7z 压缩包", "a 7z archive", _UNPACK_ZH, _UNPACK_EN),
    (b"\x1f\x8b", "GZIP 压缩包", "a gzip archive", _UNPACK_ZH, _UNPACK_EN),
    (b"{\\rtf", "RTF 文档", "an RTF document", _RETYPE_ZH, _RETYPE_EN),
)
_PARTS = (
    ("xl/workbook.bin", "二进制工作簿（.xlsb）", "a binary workbook (.xlsb)", _SAVE_ZH, _SAVE_EN),
    ("word/document.xml", "Word 文档", "a Word document", _RETYPE_ZH, _RETYPE_EN),
    ("ppt/presentation.xml", "演示文稿", "a presentation", _RETYPE_ZH, _RETYPE_EN),
    ("OFD.xml", "OFD 版式文件", "an OFD document", _SAVE_ZH, _SAVE_EN),
)


def words(data: bytes = b"", parts: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the words of the finding `unsupported_file`: kind and what to do, in both languages."""
    found = next((line[1:] for line in _MAGIC if data.startswith(line[0])), None) or next((line[1:] for line in _PARTS if line[0] in parts), None)
    if found is None and parts:
        found = ("ZIP 压缩包", "a ZIP archive", _UNPACK_ZH, _UNPACK_EN)
    zh, en, how, how_en = found or ("无法识别的二进制内容", "binary content of an unknown kind", _SAVE_ZH, _SAVE_EN)
    return {"kind": zh, "kind_en": en, "how": how, "how_en": how_en}


OLE_DOCUMENT = {"kind": "Word、演示文稿等文档", "kind_en": "a document of Word, PowerPoint or the like", "how": _RETYPE_ZH, "how_en": _RETYPE_EN}
XML = {"kind": "不是工作簿的 XML", "kind_en": "XML that is no workbook", "how": _SAVE_ZH, "how_en": _SAVE_EN}
