"""``deploy --undo``: the archive that a deployment leaves, and what brings it back."""
