"""Untrusted files are read in child processes with limits, without network or writing."""
