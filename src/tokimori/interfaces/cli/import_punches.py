"""``tokimori import-punches``: a file of punches, by the operator of an installation for one of its companies."""

from pathlib import Path

from django.utils.translation import gettext

from tokimori.domains.timekeeping.services.imports import import_punches
from tokimori.foundation import clock
from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.errors import Refusal
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.tenancy.directory import tenant_of_company_code
from tokimori.foundation.tenancy.role_check import refuse_unsafe_role


def import_file(*, path: Path, company_code: str, rejected_path: Path | None) -> int:
    """Read the file and say what became of it; return 0 when every line went in, 1 when some did not, 2 when none could."""
    refuse_unsafe_role()
    tenant = tenant_of_company_code(company_code)
    if tenant is None:
        print(f"There is no company with the code {company_code}.")
        return 2
    try:
        content = path.read_bytes()
        with tenant_transaction(tenant):
            outcome = import_punches(
                actor=system_principal(tenant), file_name=path.name, content=content, now=clock.now()
            )
    except OSError as error:
        print(f"{path}: {error.strerror}")
        return 2
    except Refusal as refusal:
        print(f"{path}: {refusal.code}: {gettext(refusal.sentence())}")
        return 2
    counts = (
        f"{outcome.recorded_count} recorded, {outcome.repeated_count} seen before, {len(outcome.rejected)} rejected"
    )
    print(f"{outcome.encoding}: {counts}")
    for line in outcome.rejected:
        print(f"  line {line.number}: {line.refusal.code}: {gettext(line.refusal.sentence())}")
    if rejected_path is not None and outcome.rejected:
        rejected_path.write_text("".join(f"{line.text}\n" for line in outcome.rejected), encoding="utf-8")
    return 1 if outcome.rejected else 0
