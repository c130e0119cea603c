"""Signing in: the pages, links by mail, OpenID Connect, sessions and the second step. ``web.sessions`` decides."""
