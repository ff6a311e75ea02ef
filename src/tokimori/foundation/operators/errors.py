"""Refusals about the provider's people."""

from tokimori.foundation.errors import Conflict, InvalidInput, NotAllowed


class GrantNotValid(InvalidInput):
    """A grant names a person of the provider, what for, and how many hours within the most that are allowed."""

    code = "operator.grant_not_valid"


class GrantOver(NotAllowed):
    """This access has ended."""

    code = "operator.grant_over"


class GrantReadsOnly(NotAllowed):
    """This access is for reading; nothing was changed."""

    code = "operator.grant_reads_only"


class OwnRequest(NotAllowed):
    """Nobody decides on their own request."""

    code = "operator.own_request"


class RequestDecided(Conflict):
    """This request was decided on before, or waited for too long."""

    code = "operator.request_decided"


class MaintenanceRefused(NotAllowed):
    """Maintenance takes a fresh code from the console, under a privilege that another one approved and that holds."""

    code = "operator.maintenance_refused"


class StatementRefused(InvalidInput):
    """One statement at a time, of up to 10,000 characters, that reads or changes rows, and nothing else."""

    code = "operator.statement_refused"


class WrapperNeeded(NotAllowed):
    """This command runs in a recorded session: tokimori maintain. In an emergency say why with --bypass; it is counted."""

    code = "operator.wrapper_needed"


class DeviceNotValid(InvalidInput):
    """A device has a name, a system with its version, and a passkey of its operator that is on no other device."""

    code = "operator.device_not_valid"


class DeviceNotInOrder(NotAllowed):
    """This device is not registered, or was not found in good order within thirty days. Another operator looks at it."""

    code = "operator.device_not_in_order"


class ConfidentialityMissing(NotAllowed):
    """No confidentiality agreement of yours is in force, so nothing opens. Another operator enters it in the register."""

    code = "operator.confidentiality_missing"


class TrainingOverdue(NotAllowed):
    """Your training is overdue, so you get no access to companies and decide on none until you have passed it."""

    code = "operator.training_overdue"


class AlreadyOperator(Conflict):
    """This person works for the provider already."""

    code = "operator.already"
