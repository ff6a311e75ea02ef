"""Worked cases as files: each kind of question that the engine answers, read strictly and answered in plain values."""

from tokimori.interfaces.cases.case import answer_cases

__all__ = ["answer_cases"]
