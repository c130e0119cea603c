"""Read any policy file into one ``Document``: the first stage of the flow."""
