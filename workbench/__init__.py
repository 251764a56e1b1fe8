"""Second Look: a face-recognition investigation workbench. A person decides; the software shows what the score is worth."""

__version__ = "0.1.0"
