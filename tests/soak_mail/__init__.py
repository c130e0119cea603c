"""Mail under random kills: no mail lost, none sent after its reason is gone, and every repeat in the ledger."""

import os

# Schools are copied here, with one register each; the account would take the second one for an older one.
os.environ["POLICY_STATE_FOLDER"] = "none"
