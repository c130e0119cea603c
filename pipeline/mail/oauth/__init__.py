"""The providers behind ``routes.tokens``: Microsoft and Google, how they are called, and what their refusals mean."""
