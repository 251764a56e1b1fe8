"""People who do not exist: a cast drawn from seeds, for demos, lessons and tests in which nobody is shown.

>>> person(7)
Person(7 Cream Dipper, generated, 31 years)
"""

from workbench.cast.clip import film
from workbench.cast.curated import Cast, default_cast
from workbench.cast.expression import Expression
from workbench.cast.kinship import kin
from workbench.cast.light import Light
from workbench.cast.people import Person, person
from workbench.cast.portrait import snapshot
from workbench.cast.scene import Sighting, Street
from workbench.cast.shelf import Shipped, shipped
from workbench.cast.streets import street

__all__ = [
    "Cast",
    "Expression",
    "Light",
    "Person",
    "Shipped",
    "Sighting",
    "Street",
    "default_cast",
    "film",
    "kin",
    "person",
    "shipped",
    "snapshot",
    "street",
]
