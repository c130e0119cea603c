"""The commands of a trust, and of whoever looks after several workspaces."""
