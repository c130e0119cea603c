"""The vocabulary: values that the rooms hand to each other and nobody changes, one module a subject."""
