"""Footage and photographs: files and folders become frames with exact times, damage included and named."""

from workbench.footage.ahead import read_ahead
from workbench.footage.hashing import sha256_of
from workbench.footage.images import read_image
from workbench.footage.reader import Footage, Reading, open_footage, refuse_films

__all__ = ["Footage", "Reading", "open_footage", "read_ahead", "read_image", "refuse_films", "sha256_of"]
