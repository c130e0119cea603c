"""The stages of a run, a function each; ``pipeline.run`` has them in their order."""
