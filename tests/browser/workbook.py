"""Reads a report's workbook with openpyxl, which shares no code with the writer."""

import sys

from openpyxl import load_workbook

book = load_workbook(sys.argv[1])
ranking = book["Ranking"]
head = [cell.value for cell in ranking[1]]
assert head[:3] == ["rank", "place", "score"], head
assert ranking.freeze_panes == "C2", ranking.freeze_panes
assert ranking.auto_filter.ref.startswith("A1:"), ranking.auto_filter.ref
scores = [row[2].value for row in ranking.iter_rows(min_row=2)]
assert scores == sorted(scores, reverse=True) and all(isinstance(s, float) for s in scores), scores
assert ranking.conditional_formatting, "data bars"
parts = book["What scores are made of"]
for row, score in zip(parts.iter_rows(min_row=2), scores):
    total = sum(cell.value for cell in row[1:] if cell.value is not None)
    assert abs(total - score) < 1e-9, (row[0].value, total, score)
assert len(parts._charts) == 1, "a native chart"
formulas = [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]
assert not formulas, formulas
print(f"{len(book.sheetnames)} sheets read, {len(scores)} places, no formula")
