"""The desk's pages and forms about policies, reviews and evidence."""
