"""Model packs: a detector, landmarks and a recogniser that belong together, behind one protocol."""
