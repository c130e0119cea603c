"""The desk's pages and forms about who holds which role."""
