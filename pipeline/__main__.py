"""``python -m pipeline`` is the ``policy`` command."""

from pipeline.cli import main

main()
