"""Write the page of all columns again: ``.venv/bin/python tools/inventory/write.py``."""

import os
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tokimori.settings.type_check"

import django

django.setup()

from tokimori.assurance.inventory.page import inventory_page  # noqa: E402 -- models exist only from here on

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "data-inventory.md"

if __name__ == "__main__":
    PAGE.write_text(inventory_page(), encoding="utf-8")
    print(f"Wrote {PAGE.name}.")
