"""Questionnaires as buyers send them, made in tests."""

import io
import zipfile
from collections.abc import Mapping

import xlsxwriter

QUESTIONS = (
    ("1", "ログイン時に多要素認証を利用できますか。"),
    ("2", "初期設定のままのパスワードが残っていますか。"),
    ("3", "御社の社長の好きな色は何色ですか。"),
)


def japanese_workbook() -> bytes:
    """Return a workbook with a title, merged cells, a section row, a list of marks, a formula and a second sheet."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        bold = workbook.add_format({"bold": True, "bg_color": "#ddeeff", "border": 1})
        wrapped = workbook.add_format({"text_wrap": True, "border": 1})
        sheet = workbook.add_worksheet("チェックシート")
        sheet.set_column(1, 1, 60)
        sheet.merge_range("A1:E1", "クラウドサービス セキュリティチェックシート", bold)
        for column, heading in enumerate(("項番", "確認事項", "回答", "備考", "点数")):
            sheet.write(2, column, heading, bold)
        sheet.merge_range("A4:D4", "1. 認証", bold)
        for line, (number, text) in enumerate(QUESTIONS, start=4):
            sheet.write(line, 0, int(number))
            sheet.write(line, 1, text, wrapped)
            sheet.write_blank(line, 2, None, wrapped)
            sheet.write_formula(line, 4, f'=IF(C{line + 1}="○",1,0)', None, 0)
        sheet.data_validation("C5:C7", {"validate": "list", "source": ["○", "△", "×", "対象外"]})  # noqa: RUF001 -- marks
        other = workbook.add_worksheet("記入要領")
        other.write(0, 0, "回答欄に記入してください。")
        other.write_url(1, 0, "mailto:someone@example.jp")
    return buffer.getvalue()


def with_part(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Return a workbook with parts put in place of, or beside, its own."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name not in parts:
                after.writestr(name, before.read(name))
        for name, part in parts.items():
            after.writestr(name, part)
    return buffer.getvalue()


def part(content: bytes, name: str) -> bytes:
    """Return one part of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)
