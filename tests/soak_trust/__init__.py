"""A trust's nights, whose processes are killed: every letter, copy and request exactly once in each register."""

import os

# Schools are copied here, with one register each; the account would take the second one for an older one.
os.environ["POLICY_STATE_FOLDER"] = "none"
