"""Why a person's account cannot be made or joined to him."""

from tokimori.foundation.errors import Conflict, InvalidInput, NotFound


class EmployeeUnknown(NotFound):
    """There is no employee with this number here."""

    code = "account.employee_unknown"


class EmployeeHasAccount(Conflict):
    """This employee has an account already: one person, one account."""

    code = "account.employee_has_one"


class AccountColumnsMissing(InvalidInput):
    """The first line must name the column name, and login_id or employee_code."""

    code = "account_file.missing_columns"


class AccountFileTooLong(InvalidInput):
    """The file has more than 2,000 lines; split it."""

    code = "account_file.too_long"
    status = 413
