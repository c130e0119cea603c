"""Why something is as it is, as values: made where it is found out, and worded once, for its reader."""
