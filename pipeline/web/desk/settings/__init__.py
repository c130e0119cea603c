"""The desk's pages and forms about settings and accounts."""
