"""The text of a document as readers walk over it: lines, passages, phrases."""
