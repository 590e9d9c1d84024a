"""What the checker and the deployer of pa-new both need."""
