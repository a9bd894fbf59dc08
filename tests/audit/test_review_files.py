import csv
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sentence_batches import picked

from pipeline.audit.review import PickedSentence
from pipeline.audit.review_files import write_review
from pipeline.errors import OutputError, UsageError
from pipeline.schema import LABELS
from pipeline.training.corrections import Correction, read_corrections

HOSTILE = [
    '=HYPERLINK("http://evil.example","x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "'=1",
    "</script><script>alert(1)</script>",
    "a,b;c\td",
    '"quoted"\r\n"lines"\n',
    "\u202egnp.exe\u2066",
    "NUL\x00 and \x1b[31m",
    "a\u2028b\x85c\x0bd",
    "007",
    "1e5",
    "🙂 فارسی e\u0301",
    "[]",
    "{}",
    "\ufeffmark",
]

# No lone surrogates: documents have none.
texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), min_size=1)).filter(
    str.strip
)
numbers = st.integers(0, 2**31 - 1)
sentences = st.builds(
    picked,
    doc_id=texts,
    url=st.one_of(st.just(""), texts),
    sent_id=numbers,
    start=numbers,
    end=numbers,
    text=texts,
    before=texts,
    after=texts,
    label=st.sampled_from(LABELS),
)


def label_lines(path: Path, labels: list[str]) -> None:
    """Fill in `new_label`, as in an editor."""
    lines = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    filled = [{**line, "new_label": label} for line, label in zip(lines, labels, strict=True)]
    path.write_text("".join(json.dumps(line) + "\n" for line in filled), "utf-8")


def label_table(path: Path, labels: list[str]) -> None:
    """Fill in `new_label`, as in a spreadsheet that saves with semicolons."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows({**row, "new_label": label} for row, label in zip(rows, labels, strict=True))


def label_in_label_studio(path: Path, labels: list[str]) -> None:
    """Give every task an annotation, as its JSON export does."""
    tasks = json.loads(path.read_text("utf-8"))
    for number, (task, label) in enumerate(zip(tasks, labels, strict=True)):
        (prediction,) = task["predictions"]
        chosen = {**prediction["result"][0], "value": {"choices": [label]}, "id": "xY1", "origin": "manual"}
        task["annotations"] = [{"id": number, "result": [chosen], "was_cancelled": False, "updated_at": "2024-05-01"}]
        task |= {"id": number, "predictions": [], "project": 1}
    path.write_text(json.dumps(tasks), "utf-8")


def label_in_doccano(path: Path, labels: list[str]) -> None:
    """Put a number first and the label in its list; what is neither text nor label is metadata."""
    lines = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    exported = [{"id": 9, **line, "label": [label], "Comments": []} for line, label in zip(lines, labels, strict=True)]
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in exported), "utf-8")


def label_in_prodigy(path: Path, labels: list[str]) -> None:
    """Accept one option of each task."""
    lines = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    answers = {"answer": "accept", "_input_hash": 1, "_task_hash": 2, "_view_id": "choice", "_timestamp": 1714521600}
    done = [{**line, "accept": [label], **answers} for line, label in zip(lines, labels, strict=True)]
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in done), "utf-8")


TOOLS = {
    "queue.jsonl": label_lines,
    "queue.csv": label_table,
    "queue.labelstudio.json": label_in_label_studio,
    "queue.doccano.jsonl": label_in_doccano,
    "queue.prodigy.jsonl": label_in_prodigy,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def temporary_folder() -> Iterator[Path]:
    name = Path(tempfile.mkdtemp())
    yield name
    shutil.rmtree(name)


def correction_of(one: PickedSentence, label: str) -> Correction:
    sentence = one.sentence
    return Correction(
        key=sentence.key,
        text=sentence.text,
        before=sentence.before,
        after=sentence.after,
        old_label=sentence.label,
        new_label=label,
        model=sentence.model,
        url=sentence.url,
    )


@pytest.mark.parametrize("name", TOOLS)
@settings(deadline=None, max_examples=40)
@given(queue=st.lists(sentences, min_size=1, max_size=4, unique_by=lambda one: one.sentence.key), data=st.data())
def test_ids_offsets_and_texts_come_back_from_every_tool(
    name: str, queue: list[PickedSentence], data: st.DataObject
) -> None:
    labels = [data.draw(st.sampled_from(LABELS)) for _ in queue]
    for folder in temporary_folder():
        write_review(folder / name, queue)
        TOOLS[name](folder / name, labels)
        read = read_corrections([folder / name])
    assert list(read.sentences) == [correction_of(one, label) for one, label in zip(queue, labels, strict=True)]


@pytest.mark.parametrize("name", TOOLS)
def test_what_nobody_has_labelled_has_no_label(folder: Path, name: str) -> None:
    write_review(folder / name, [picked(), picked(sent_id=4)])
    read = read_corrections([folder / name])
    assert (read.sentences, read.n_unlabelled) == ((), 2)


def test_a_line_holds_the_fields_of_a_correction_and_more(folder: Path) -> None:
    write_review(folder / "queue.jsonl", [picked()])
    (line,) = (folder / "queue.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line) == {
        "doc_id": "page",
        "sent_id": 3,
        "start": 10,
        "end": 15,
        "text": "Rest.",
        "before": "Before it.",
        "after": "After it.",
        "old_label": "noise",
        "new_label": "",
        "model": "small@0123456789ab",
        "url": "",
        "score": 0.5,
        "p_treatment": 0.2,
        "p_clinical_research": 0.2,
        "p_news": 0.1,
        "p_noise": 0.5,
        "reason": "uncertain",
    }


def test_a_label_studio_task_shows_what_the_model_says(folder: Path) -> None:
    write_review(folder / "queue.labelstudio.json", [picked()])
    (task,) = json.loads((folder / "queue.labelstudio.json").read_text("utf-8"))
    assert task["predictions"] == [
        {
            "model_version": "small@0123456789ab",
            "score": 0.5,
            "result": [{"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": ["noise"]}}],
        }
    ]


def test_no_cell_of_a_table_begins_like_a_formula(folder: Path) -> None:
    write_review(folder / "queue.csv", [picked(text=text, before=text, doc_id=text) for text in HOSTILE])
    with (folder / "queue.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_another_ending_is_refused_with_those_that_are_known(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot tell what to write; let the name end with .*\.csv"):
        write_review(folder / "queue.xlsx", [picked()])


@pytest.mark.parametrize("name", TOOLS)
def test_a_file_that_holds_labels_is_not_overwritten_and_one_without_is(folder: Path, name: str) -> None:
    write_review(folder / name, [picked()])
    write_review(folder / name, [picked(sent_id=4), picked(sent_id=5)])
    TOOLS[name](folder / name, ["news", "news"])
    before = (folder / name).read_bytes()
    with pytest.raises(UsageError, match="it holds 2 labels that people gave; choose another file"):
        write_review(folder / name, [picked()])
    assert (folder / name).read_bytes() == before


def test_a_file_of_something_else_is_not_overwritten(folder: Path) -> None:
    (folder / "queue.csv").write_text("name,telephone\n")
    with pytest.raises(UsageError, match="it is there and holds something else"):
        write_review(folder / "queue.csv", [picked()])


def test_a_folder_that_is_missing_is_an_error_and_leaves_nothing(folder: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written: No such file"):
        write_review(folder / "nowhere" / "queue.csv", [picked()])


def test_the_same_sentences_give_the_same_bytes(folder: Path) -> None:
    contents: dict[str, Any] = {}
    for name in ("one.csv", "two.csv"):
        write_review(folder / name, [picked()])
        contents[name] = (folder / name).read_bytes()
    assert contents["one.csv"] == contents["two.csv"]
