"""The jobs' own register; importing the modules of jobs fills it."""

from procrastinate import Blueprint

jobs = Blueprint()
