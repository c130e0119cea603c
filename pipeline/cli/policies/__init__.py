"""Commands about policies: decisions, reviews, documents, the websites."""
