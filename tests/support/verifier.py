"""Asking the verifier as a customer does."""

from pathlib import Path

import tokimori_verify

from support.proofs import Log, write, write_bundle

PROVEN, REFUTED, UNCHECKED = "proven", "refuted", "cannot be checked"
BESIDE = [folder / "shared" / "vectors" / "merkle" for folder in Path(__file__).resolve().parents[3:]]
PUBLISHED = next((folder for folder in BESIDE if folder.exists()), BESIDE[0])
"""Proofs that others published; they lie beside the repository, not in it."""


def ask(*arguments: object) -> tuple[str, str]:
    """Return the verdict and everything that was said."""
    report, _, _ = tokimori_verify.run([str(one) for one in arguments])
    return report.verdict(), "\n".join(f"{one.verdict}|{one.what}|{one.sentence}" for one in report.findings)


def proven(*arguments: object) -> str:
    verdict, said = ask(*arguments)
    assert verdict == PROVEN, said
    return said


def refuted(*arguments: object) -> str:
    verdict, said = ask(*arguments)
    assert verdict == REFUTED, said
    return said


def unchecked(*arguments: object) -> str:
    verdict, said = ask(*arguments)
    assert verdict == UNCHECKED, said
    return said


def saved(folder: Path, name: str, content: object) -> Path:
    return write(folder / name, content if isinstance(content, bytes) else str(content).encode())


def checked(tmp_path: Path, members: dict[str, bytes], log: Log, *more: object) -> tuple[str, str]:
    return ask("export", write_bundle(tmp_path / "b.zip", members), "--vkey", log.key.text(), *more)
