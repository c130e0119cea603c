"""Word files (.docx, .docm) read into a ``Document``, and the walk that patching shares."""
