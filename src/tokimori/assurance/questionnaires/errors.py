"""Why a questionnaire is not taken, or not answered."""

from tokimori.foundation.errors import Conflict, InvalidInput


class QuestionnaireTooLarge(InvalidInput):
    """The file is too large: at most 8 MB, 40 MB unpacked, and 20,000 rows. Take away what no question needs."""

    code = "questionnaire.too_large"
    status = 413


class QuestionnaireNotReadable(InvalidInput):
    """This is neither an Excel workbook (.xlsx) nor a CSV file that can be read. Save it anew in Excel and try again."""

    code = "questionnaire.not_readable"


class QuestionnaireHasMacros(InvalidInput):
    """The workbook holds macros or embedded programs, which are never taken. Save it as .xlsx without them."""

    code = "questionnaire.has_macros"


class QuestionnaireHasLinks(InvalidInput):
    """The workbook draws on other files or connections. Break these links in Excel and save it anew."""

    code = "questionnaire.has_links"


class QuestionnaireHasPassword(InvalidInput):
    """The file is protected by a password, or of an older kind (.xls). Save it as .xlsx without one."""

    code = "questionnaire.has_password"


class QuestionnaireNotDescribed(InvalidInput):
    """Name the buyer, a due date if there is one, and the language of the answers."""

    code = "questionnaire.not_described"


class ColumnsNotValid(InvalidInput):
    """Choose a column of questions and another one for answers; no column has two uses."""

    code = "questionnaire.columns_not_valid"


class NoQuestions(InvalidInput):
    """In these columns no question was found. Choose others."""

    code = "questionnaire.no_questions"


class WordsNotValid(InvalidInput):
    """Yes and no need different words; where the file has a list of answers, choose from it."""

    code = "questionnaire.words_not_valid"


class DecisionNotValid(InvalidInput):
    """Choose at least one row of the sheet, or say that none fits and write an answer by hand."""

    code = "questionnaire.decision_not_valid"


class AnswerNotWritable(InvalidInput):
    """An answer has signs that the file's own encoding does not know. Choose other words for the answers."""

    code = "questionnaire.answer_not_writable"


class NothingToExport(Conflict):
    """No question was confirmed yet, so there is nothing to hand out."""

    code = "questionnaire.nothing_to_export"


class SheetContradictsItself(Conflict):
    """Answers of the sheet contradict one another at present. Until that is resolved nothing is handed out."""

    code = "questionnaire.contradiction"
