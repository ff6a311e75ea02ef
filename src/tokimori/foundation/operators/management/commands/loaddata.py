"""``loaddata`` of the framework, refused."""

from tokimori.foundation.operators.management.refused import RefusedCommand as Command

__all__ = ["Command"]
