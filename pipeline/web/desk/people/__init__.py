"""The desk's pages and forms about staff, erasing and handing over."""
