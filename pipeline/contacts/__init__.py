"""Who may be named today: confirming new details, doubts about a change, and who lives on in documents."""
