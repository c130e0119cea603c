"""Performance as ratios of things timed side by side in one run: ``python -m tests.benchmarks [NAME ...]``."""

import os

# Schools are copied here, with one register each; the account would take the second one for an older one.
os.environ["POLICY_STATE_FOLDER"] = "none"
