"""The desk's pages and forms about readings, declarations, papers and reports."""
