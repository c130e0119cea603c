"""Who stands where in a text: names, roles, numbers and addresses, and which belong together."""
