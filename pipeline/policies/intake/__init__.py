"""What lies in ``policies/`` becomes policies and versions."""
