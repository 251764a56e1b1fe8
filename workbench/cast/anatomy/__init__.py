"""The shape of a head in centimetres: x to the person's left, y up, z towards the viewer; the eyes lie at y = 0."""
