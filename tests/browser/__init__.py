"""Tests that drive a real Chromium: the widgets as people use them, in JupyterLab, in Voila, and as files."""
