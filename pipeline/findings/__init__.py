"""What is wrong with a document taken by itself, beyond its facts."""
