"""The desk's pages and forms about mail: what goes, waits and came back."""
