"""The jobs of the registers."""

from tokimori.assurance.registers.services.consequences import keep_to_registers
from tokimori.assurance.registers.services.reminding import remind_of_endings
from tokimori.foundation import clock
from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.jobs.blueprint import jobs


@jobs.periodic(cron="*/5 * * * *")
@jobs.task(name="keep_to_registers", lock="keep_to_registers", queueing_lock="keep_to_registers")
def keep_people_to_registers(timestamp: int) -> None:
    """Every five minutes: let follow what follows from the registers, because days pass without anybody doing anything."""
    del timestamp  # what counts is the clock now, also when the job was late
    with tenant_transaction(PROVIDER):
        keep_to_registers(actor=system_principal(PROVIDER), now=clock.now())


@jobs.periodic(cron="41 5 * * *")
@jobs.task(name="remind_of_registers", lock="remind_of_registers", queueing_lock="remind_of_registers")
def remind_of_registers(timestamp: int) -> None:
    """Every morning: tell who answers for entries that end."""
    del timestamp  # as above
    with tenant_transaction(PROVIDER):
        remind_of_endings(actor=system_principal(PROVIDER), now=clock.now())
