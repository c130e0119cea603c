"""Rows of mail: messages, deliveries, mailings, what came back, who was told."""
