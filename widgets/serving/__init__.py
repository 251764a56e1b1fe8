"""Published results served as Voila apps: behind a token, with no other door. `workbench serve DIR` starts it."""
