from pipeline.audit.report.flow import Frame, Stage, Stream, draw_flow

FRAME = Frame(100, 144, (0, 80))
WHOLE, THIRD, REST = Stage("text", 1.0, "all", ""), Stage("kept", 0.25, "a", ""), Stage("removed", 0.75, "b", "")


def test_heights_are_shares_of_one_scale() -> None:
    nodes = draw_flow([[WHOLE], [THIRD, REST]], [], FRAME).nodes
    assert [node.height for node in nodes] == [100, 25, 75]
    assert [node.x for node in nodes] == [0, 80, 80]


def test_nodes_of_a_column_do_not_touch_and_stay_in_the_frame() -> None:
    first, second = draw_flow([[WHOLE], [THIRD, REST]], [], FRAME).nodes[1:]
    assert (first.y, second.y) == (12, 57)
    assert second.y + second.height <= FRAME.height


def test_streams_leave_their_node_side_by_side() -> None:
    streams = [Stream(0, 0, 0, 0.25, "kept", "a"), Stream(0, 0, 1, 0.75, "removed", "b")]
    kept, removed = draw_flow([[WHOLE], [THIRD, REST]], streams, FRAME).ribbons
    assert kept.path.startswith("M12.00 22.00C46.00 22.00 46.00 12.00 80.00 12.00L80.00 37.00")
    assert removed.path.startswith("M12.00 47.00")
    assert (kept.kind, removed.title) == ("kept", "b")


def test_a_node_may_hold_nothing() -> None:
    (node,) = draw_flow([[Stage("failed", 0.0, "", "")]], [], Frame(10, 24, (0,))).nodes
    assert (node.y, node.height) == (12, 0)
