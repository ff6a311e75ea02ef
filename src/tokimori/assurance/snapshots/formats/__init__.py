"""How a snapshot is written: as a page, a table, a workbook, a paper, in OSCAL; the same snapshot gives the same bytes."""
