"""Names that nobody bears: a colour and a bird."""

from __future__ import annotations

__all__ = ["name_of"]

_COLOURS = (
    "Amber Azure Beige Bronze Cobalt Copper Coral Cream Crimson Ebony Emerald Fawn Flint Garnet Golden Hazel "
    "Indigo Ivory Jade Lilac Lemon Maroon Mauve Mint Ochre Olive Onyx Opal Pearl Plum Ruby Russet Rust Sable "
    "Saffron Sand Scarlet Sepia Silver Slate Teal Topaz Umber"
).split()
_BIRDS = (
    "Avocet Bittern Bunting Chough Coot Crane Curlew Dipper Dotterel Dunlin Egret Fieldfare Finch Gannet Godwit "
    "Grebe Harrier Heron Hoopoe Ibis Jackdaw Kestrel Kite Knot Lapwing Linnet Magpie Martin Merlin Nuthatch "
    "Oriole Osprey Petrel Pipit Plover Puffin Redwing Sanderling Shrike Siskin Swift"
).split()


def name_of(seed: int) -> str:
    """A name for `seed`; 43 x 41 seeds in a row have different names.

    >>> name_of(0), name_of(1)
    ('Amber Avocet', 'Azure Bittern')
    """
    return f"{_COLOURS[seed % len(_COLOURS)]} {_BIRDS[seed % len(_BIRDS)]}"
