import numpy as np
import pytest
import scipy.sparse as sp

from pipeline.classifier.weighting import Weighting, fit_weighting

COUNTS = sp.csr_matrix(np.array([[1, 0, 2, 0], [1, 0, 0, 0], [1, 3, 0, 0], [1, 1, 0, 0]], np.float32))


def test_columns_count_that_enough_sentences_have() -> None:
    assert fit_weighting(COUNTS, 2).columns.tolist() == [0, 1]


def test_all_columns_that_occur_count_when_too_few_are_frequent() -> None:
    assert fit_weighting(COUNTS, 9).columns.tolist() == [0, 1, 2]


def test_a_zero_that_is_stored_is_no_occurrence() -> None:
    stored = sp.csr_matrix((np.array([1, 0], np.float32), ([0, 1], [0, 1])), shape=(2, 2))
    assert fit_weighting(stored, 1).columns.tolist() == [0]


def test_the_rarer_a_column_the_more_it_weighs() -> None:
    assert fit_weighting(COUNTS, 1).idf == pytest.approx([1, 1 + np.log(2), 1 + np.log(4)])


def test_weighted_rows_have_length_one_and_an_empty_row_stays_empty() -> None:
    rows = Weighting(np.array([1, 2]), np.array([2, 1], np.float32)).rows(COUNTS)
    assert rows.toarray().tolist() == [[0, 1], [0, 0], [1, 0], [1, 0]]


def test_weighting_leaves_the_rows_it_is_given_alone() -> None:
    before = COUNTS.toarray()
    fit_weighting(COUNTS, 1).rows(COUNTS)
    assert np.array_equal(COUNTS.toarray(), before)


SITES = np.repeat(np.arange(40), 2)
ON_SITES = sp.csr_matrix(np.array([[site < 2, site < 3, True] for site in SITES], np.float32))
"""Columns on two sites, on three, on all; every one in four sentences or more."""


def test_columns_count_that_occur_on_enough_sites() -> None:
    assert fit_weighting(ON_SITES, 3, SITES, 3).columns.tolist() == [1, 2]


@pytest.mark.parametrize(("n_sites", "columns"), [(19, [0, 1, 2]), (20, [0, 1, 2]), (39, [0, 1, 2]), (40, [1, 2])])
def test_the_fewer_sites_there_are_the_fewer_a_column_must_occur_on(n_sites: int, columns: list[int]) -> None:
    rows = n_sites * 2
    assert fit_weighting(ON_SITES[:rows], 3, SITES[:rows], 3).columns.tolist() == columns


def test_a_column_of_one_site_counts_where_there_are_few_sites_only() -> None:
    one_site = sp.csr_matrix(np.array([[site == 0, True] for site in SITES], np.float32))
    assert fit_weighting(one_site[:38], 1, SITES[:38], 3).columns.tolist() == [0, 1]
    assert fit_weighting(one_site[:40], 1, SITES[:40], 3).columns.tolist() == [1]


def test_a_zero_that_is_stored_is_on_no_site() -> None:
    stored = ON_SITES.copy()
    stored.data[stored.indices == 1] = 0
    assert fit_weighting(stored, 3, SITES, 3).columns.tolist() == [2]
