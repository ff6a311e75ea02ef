"""The 135 rows as they are written in ``controls/sections``: read strictly, and compared with what they name."""
