import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipeline.classifier.softmax import log_softmax, softmax

LOGITS = st.sampled_from([np.float32, np.float64]).flatmap(
    lambda kind: arrays(kind, st.tuples(st.integers(1, 20), st.just(4)), elements=st.floats(-500, 500, width=32))
)


@given(LOGITS)
@pytest.mark.parametrize(
    ("ours", "theirs"), [(softmax, scipy.special.softmax), (log_softmax, scipy.special.log_softmax)]
)
def test_both_are_those_of_scipy_to_the_bit(ours: type, theirs: type, logits: np.ndarray) -> None:
    assert ours(logits).tobytes() == theirs(logits, axis=1).tobytes()
    assert ours(logits).dtype == logits.dtype
