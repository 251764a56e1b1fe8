"""Published results: a folder with numbers, sentences' material and scores, and no template, bystander, key or path in it."""

from workbench.published.bundle import Bundle
from workbench.published.folder import bundles_in, is_bundle, read_bundle, remove, sweep

__all__ = ["Bundle", "bundles_in", "is_bundle", "read_bundle", "remove", "sweep"]
