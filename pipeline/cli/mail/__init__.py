"""Commands about mail: sending, the route, taking in, looking ahead."""
