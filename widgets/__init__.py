"""Second Look's Jupyter widgets, on top of `workbench`."""
