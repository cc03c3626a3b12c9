"""`python -m vertebra.cli`."""

from vertebra.cli import main

main()
