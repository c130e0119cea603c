"""Commands about people: staff lists, what is held on a person, the hand-over."""
