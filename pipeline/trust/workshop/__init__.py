"""What is the same for several schools of a trust is done once for all of them, while their nights go on."""
