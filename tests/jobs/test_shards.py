from pipeline.jobs.ledger import Ledger, origin_of
from pipeline.jobs.plan_file import EarlierPlan, plan_lines, read_plan
from pipeline.jobs.shards import MAX_FILES, limited, shards_of
from pipeline.preprocess.cutting import CutFile
from pipeline.preprocess.file_parts import FilePart, Span
from pipeline.preprocess.readers.places import Place
from pipeline.preprocess.readers.sniffing import Kind

CUT = CutFile(
    "in/large \udcff.jsonl",
    "9 9 9",
    (
        FilePart("in/large.jsonl", "p", 5, "aa", Span(Kind.JSONL, Place(stored=0), Place(5, 1, 1, 5)), "utf-8"),
        FilePart("in/large.jsonl", "p", 4, "bb", Span(Kind.JSONL, Place(5, 1, 1, 5), None, "gzip"), "utf-8"),
    ),
)


def small(name: str, size: int = 5) -> CutFile:
    return CutFile(name, "1 1 1", (FilePart(name, name, size, "00"),))


def sources(files: list[CutFile], shard_bytes: int = 1000) -> list[list[str]]:
    return [[part.source for part in shard.parts] for shard in shards_of(files, shard_bytes)]


def test_small_files_go_together_and_parts_of_large_ones_alone() -> None:
    assert sources([small("a"), small("b"), CUT, small("c")]) == [
        ["a", "b"], ["in/large.jsonl"], ["in/large.jsonl"], ["c"],
    ]  # fmt: skip


def test_a_shard_is_full_by_bytes_and_by_files() -> None:
    assert sources([small("a", 600), small("b", 600)]) == [["a"], ["b"]]
    assert max(map(len, sources([small(f"{n}", 0) for n in range(5000)]))) <= MAX_FILES


def test_names_are_those_of_the_first_file_and_of_the_place_in_it() -> None:
    names = [shard.name for shard in shards_of([small("in/.a b/É.html"), CUT, small("-")])]
    assert [name.rpartition("-")[0].partition("-")[0] for name in names[:3]] == ["html", "large.jsonl", "large.jsonl"]
    assert names[2].endswith("-00000000000005")


def test_a_new_file_moves_no_other_shard() -> None:
    files = [small(f"pages/{number:05}.html") for number in range(4000)]
    before = {(shard.name, shard.parts) for shard in shards_of(files, 10**9)}
    more = [*files[:2000], small("pages/02000-new.html"), *files[2000:]]
    after = {(shard.name, shard.parts) for shard in shards_of(more, 10**9)}
    assert len(before) > 8
    assert len(before - after) <= 2


def test_there_is_always_a_shard_and_names_are_unique() -> None:
    assert [shard.name for shard in shards_of([])] == ["no-pages"]
    names = [shard.name for shard in shards_of([CUT, CUT])]
    assert len(set(names)) == 4
    assert names[2:] == [f"{name}~2" for name in names[:2]]


def test_a_plan_is_read_as_it_was_written() -> None:
    content = "".join(plan_lines({"shard_bytes": 7}, [CUT, small("a")], ["s", "t"])).encode()
    assert read_plan(content, {"shard_bytes": 7}) == EarlierPlan(
        {CUT.source: CUT, "a": small("a")}, frozenset({"s", "t"})
    )
    assert read_plan(content, {"shard_bytes": 8}) == EarlierPlan({}, frozenset({"s", "t"}))
    for damaged in (None, b"", b"{", content[:-30], b"[]\n"):
        assert read_plan(damaged, {"shard_bytes": 7}).files in ({}, {CUT.source: CUT, "a": small("a")})


def test_an_origin_tells_all_that_results_follow_from() -> None:
    (first, second) = list(shards_of([CUT]))
    given = ({"name": "m", "digest": "1"}, {"keep": ["news"]}, {"winnow": "1"})
    origin = origin_of(first, *given)
    others = [
        origin_of(second, *given),
        origin_of(limited(first, 3), *given),
        origin_of(first, {"name": "m", "digest": "2"}, *given[1:]),
        origin_of(first, given[0], {"keep": []}, given[2]),
        origin_of(first, *given[:2], {"winnow": "2"}),
    ]
    assert all(origin != other for other in others)
    assert origin == origin_of(first, *given)


def test_a_damaged_ledger_is_none() -> None:
    for content in (b"", b"{}", b"[]", b'{"version": 99}', b"\xff"):
        assert Ledger.from_json(content) is None
