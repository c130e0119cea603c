"""What a document says of its own life: title, owner, dates, approval, version, contacts, links."""
