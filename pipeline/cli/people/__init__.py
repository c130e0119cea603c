"""Commands about people: staff lists, what is held on somebody, the hand-over."""
