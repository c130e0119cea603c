"""Labels that schools put before a fact ("Review date:"), each with what it can mean."""
