"""The providers behind ``mail.tokens``: Microsoft and Google, how they are called, and what their refusals mean."""
