"""Ten years of reviews lived day by day, with outages, wrong clocks, races and kills: ``make soak-calendar``."""

import os

# Schools are copied here, with one register each; the account would take the second one for an older one.
os.environ["POLICY_STATE_FOLDER"] = "none"
