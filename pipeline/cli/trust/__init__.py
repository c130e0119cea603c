"""The commands of a trust, and of the person who looks after several workspaces."""
