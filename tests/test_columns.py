"""NumPy's arrays as Arrow's columns and back: equal to the bit, and as Arrow itself makes them."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from workbench.columns import column, named, names_of, values_of

KINDS = st.sampled_from([np.float32, np.float64, np.int64, np.int32, np.bool_])


@given(KINDS.flatmap(lambda kind: arrays.arrays(kind, st.integers(0, 40))))
def test_what_goes_in_comes_out_and_is_what_arrow_makes_of_it(values: np.ndarray) -> None:
    made = column(values)
    made.validate(full=True)
    assert made.type == pa.array(values).type
    assert values_of(made).tobytes() == values.tobytes()


def test_of_a_part_of_a_column_only_that_part_comes_out() -> None:
    values = np.arange(20) % 3 == 0
    assert values_of(column(values)[5:11]).tolist() == values[5:11].tolist()
    assert values_of(pa.chunked_array([column(values[:3]), column(values[3:])])).tolist() == values.tolist()


def test_what_comes_out_is_not_changed_by_mistake() -> None:
    with pytest.raises(ValueError, match="read-only"):
        values_of(column(np.arange(3)))[0] = 7


def test_names_are_kept_once_and_come_back_in_their_order() -> None:
    names = np.array(["street", "", "Tür 🦊", "street"])
    made = named(names)
    made.validate(full=True)
    assert made.dictionary.to_pylist() == ["", "Tür 🦊", "street"]
    assert names_of(pa.chunked_array([made])).tolist() == names.tolist()
    assert len(named(np.array([], np.str_))) == 0
