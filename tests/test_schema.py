from pipeline.schema import BLOCK_KINDS, LABELS, WANTED_LABELS, sentence_schema


def test_labels_stand_in_the_order_of_every_probability_array() -> None:
    assert LABELS == ("treatment", "clinical_research", "news", "noise")


def test_what_is_wanted_is_all_but_noise() -> None:
    assert {*WANTED_LABELS} == {*LABELS} - {"noise"}


def test_kinds_of_block_keep_their_numbers() -> None:
    assert BLOCK_KINDS[:4] == ("paragraph", "heading", "list_item", "table_cell")
    assert BLOCK_KINDS[4:] == ("link", "caption", "quote", "preformatted")


def test_a_sentence_row_has_these_columns() -> None:
    types = [(field.name, str(field.type)) for field in sentence_schema()]
    word = "dictionary<values=string, indices=int8, ordered=0>"
    assert types == [
        ("doc_id", "string"),
        ("url", "string"),
        ("sent_id", "int32"),
        ("start", "int32"),
        ("end", "int32"),
        ("text", "string"),
        ("kind", word),
        ("label", word),
        ("score", "float"),
        ("uncertain", "bool"),
        ("p_treatment", "float"),
        ("p_clinical_research", "float"),
        ("p_news", "float"),
        ("p_noise", "float"),
    ]


def test_an_explained_row_has_one_column_more() -> None:
    assert sentence_schema(explained=True).names == [*sentence_schema().names, "why"]
