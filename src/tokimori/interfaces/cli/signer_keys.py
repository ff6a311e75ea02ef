"""``tokimori change-signer-key``: from one key of the signer to the next, which both sign and the provider's log says."""

import json
import sys
from pathlib import Path

from tokimori.foundation.signing.door import SignerAway, SignerClient
from tokimori.foundation.signing.signer import SignatureRefused


def change_signer_key(*, socket: Path, is_final: bool) -> int:
    """Print the change to the next key, as JSON; begin it if it is final. Return 1 where the signer refuses or is away."""
    try:
        change = SignerClient(path=socket).prepare_key(is_final=is_final)
    except SignerAway:
        print(f"The signer does not answer at {socket}.", file=sys.stderr)
        return 1
    except SignatureRefused as refused:
        print(f"The signer refuses: {refused}.", file=sys.stderr)
        return 1
    print(json.dumps(change, indent=2))
    if is_final:
        said = "The change began. The sequencer announces it, and the next key signs once the old one signed for that."
    else:
        said = "The next key is made and signs nothing yet. Give new_vkey to all witnesses, then run this with --begin."
    print(said, file=sys.stderr)
    return 0
