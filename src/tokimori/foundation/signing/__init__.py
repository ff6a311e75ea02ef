"""The signer: a process with a key of its own, which signs nothing that contradicts what it signed before."""
