"""Make copies: a version of a policy with the contacts of a day. Word files are patched, PDF copies are set anew."""
