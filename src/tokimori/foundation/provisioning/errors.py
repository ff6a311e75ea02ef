"""Refusals of what a directory asks for."""

from tokimori.foundation.errors import Conflict, InvalidInput, NotAllowed


class AdministratorBeyondDirectory(NotAllowed):
    """Your company does not let its directory change administrators. An administrator can, or can allow it here."""

    code = "provisioning.administrator"


class DirectoryValueNotValid(InvalidInput):
    """The directory sent a value that is too long, empty or not of the form it must have."""

    code = "provisioning.not_valid"


class FilterNotValid(InvalidInput):
    """This filter cannot be read, is too long, or asks for what cannot be asked here."""

    code = "provisioning.filter_not_valid"


class SortNotValid(InvalidInput):
    """The list cannot be sorted by this."""

    code = "provisioning.sort_not_valid"


class MemberUnknown(InvalidInput):
    """One of the group's members is no account here."""

    code = "provisioning.member_unknown"


class OwnGroup(NotAllowed):
    """Nobody ties a role to a group that they are in themselves; ask another administrator."""

    code = "provisioning.own_group"


class RoleNotForGroups(Conflict):
    """This role is not given through a group here."""

    code = "provisioning.role_not_for_groups"
