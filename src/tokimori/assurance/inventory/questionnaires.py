"""Tables of buyers' questionnaires."""

from typing import Final

from tokimori.assurance.inventory.values import Keeping, Kind, Table, table

K = Kind

TABLES: Final[tuple[Table, ...]] = (
    table(
        "questionnaires_buyerquestion", "questions of a buyer, and how they are answered", "the provider's people",
        Keeping.BUYER,
        (K.WORDS, "section number text free_word free_text"), (K.TECHNICAL, "place sequence suggested_rows likeness"),
        (K.TECHNICAL, "is_remembered rows good_is_no is_confirmed decided_at"),
        (K.REFERENCE, "questionnaire_id decided_by"),
    ),
    table(
        "questionnaires_questionnaire", "questionnaires that buyers sent", "buyers; the provider's people",
        Keeping.BUYER,
        (K.NAME, "buyer file_name"), (K.FILE, "content"), (K.DIGEST, "digest"),
        (K.TECHNICAL, "kind encoding language due_on layouts words uploaded_at"), (K.REFERENCE, "uploaded_by"),
    ),
    table(
        "questionnaires_questionnaireexport", "questionnaires as they were handed back", "buyers; the provider's people",
        Keeping.BUYER,
        (K.FILE, "content"), (K.DIGEST, "digest sheet_digest"), (K.TECHNICAL, "answers answered asked created_at"),
        (K.REFERENCE, "questionnaire_id created_by"),
    ),
    table(
        "questionnaires_rememberedquestion", "which rows answered a question of certain words", "the provider's people",
        Keeping.BUYER,
        (K.BLIND, "text_digest"), (K.TECHNICAL, "rows good_is_no confirmed_at"), (K.REFERENCE, "confirmed_by"),
    ),
)  # fmt: skip
