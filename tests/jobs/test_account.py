import numpy as np
import pytest
from labelled_lines import document

from pipeline.errors import AccountError, InputError
from pipeline.jobs import account as account_module
from pipeline.jobs.account import Account
from pipeline.jobs.cleaning import CleanedDocument, LabelledSentences


def labelled(*labels: int) -> LabelledSentences:
    places = np.arange(len(labels), dtype=np.int32)
    return LabelledSentences(places, places + 1, np.array(labels, np.int8), np.zeros(len(labels), np.bool_))


def cleaned(kept: int, removed: int, uncertain: int = 0) -> CleanedDocument:
    return CleanedDocument("a", "", "a", "", "", {}, kept, removed, uncertain)


def account_of_one_page(url: str = "https://a.example/1") -> Account:
    account = Account(pages_in=1)
    whole = cleaned(7, 2, 1)
    account.add_page(document("0123456789", url=url), labelled(0, 0, 3), whole, [whole])
    return account


def test_an_account_that_balances_passes() -> None:
    account_of_one_page().check()


def test_a_lost_page_is_told() -> None:
    account = account_of_one_page()
    account.pages_in = 3
    account.add_failure(InputError("b", "empty", "there is nothing in it"))
    with pytest.raises(AccountError, match=r"3 pages in, but 1 done \+ 1 failed"):
        account.check()


def test_lost_characters_are_told() -> None:
    account = account_of_one_page()
    account.characters_kept -= 1
    with pytest.raises(AccountError, match=r"10 characters in, but 6 kept \+ 2 removed \+ 1 uncertain"):
        account.check()


def test_parts_add_up() -> None:
    account = Account(pages_in=3)
    account.add(account_of_one_page())
    account.add(account_of_one_page("https://b.example/"))
    account.add_failure(InputError("c", "empty", "there is nothing in it"))
    account.check()
    assert account.as_json() == {
        "pages": {"in": 3, "done": 2, "failed": 1},
        "failures": {"empty": 1},
        "characters": {"in": 20, "kept": 14, "removed": 4, "uncertain": 2},
        "sentences": {"treatment": 4, "clinical_research": 0, "news": 0, "noise": 2},
        "hosts": [
            {"host": "a.example", "treatment": 2, "clinical_research": 0, "news": 0, "noise": 1},
            {"host": "b.example", "treatment": 2, "clinical_research": 0, "news": 0, "noise": 1},
        ],
    }


def test_what_split_documents_leave_out_counts_as_removed() -> None:
    account = Account(pages_in=1)
    parts = [cleaned(3, 7), cleaned(4, 6)]
    account.add_page(document("0123456789"), labelled(0, 2), cleaned(9, 1), parts)
    account.check()
    assert (account.characters_kept, account.characters_removed) == (7, 3)


@pytest.mark.parametrize("url", ["", "no url at all", "http://[broken"])
def test_a_page_of_unknown_origin_has_no_host(url: str) -> None:
    assert list(account_of_one_page(url).sentences) == [""]


def test_hosts_beyond_the_limit_are_summed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_module, "MAX_HOSTS", 1)
    account = Account()
    for host in ("b", "a", "a", "c"):
        account.add(account_of_one_page(f"https://{host}.example/"))
    assert account.as_json()["hosts"] == [
        {"host": "a.example", "treatment": 4, "clinical_research": 0, "news": 0, "noise": 2},
        {"host": "(others)", "hosts": 2, "treatment": 4, "clinical_research": 0, "news": 0, "noise": 2},
    ]
