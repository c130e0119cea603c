"""What would go from today on: the days to come, each as a run would live it, in memory. Nothing is kept or sent."""
