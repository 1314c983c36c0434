"""What the answer to a browse path means, in the forms that servers may give it."""

from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import struct_from_binary, struct_to_binary

from gateway.opcua.session.paths import target
from gateway.opcua.status import BAD_NO_MATCH, BAD_NODE_ID_UNKNOWN, BAD_TOO_MANY_MATCHES

NAMESPACES = ("http://opcfoundation.org/UA/", "urn:server", "urn:plc")
WHOLE = 0xFFFFFFFF


def _answer(*targets: tuple[ua.ExpandedNodeId, int], status: int = 0) -> ua.BrowsePathResult:
    """Give an answer as it comes off the line."""
    whole = ua.BrowsePathResult(
        ua.StatusCode(status), [ua.BrowsePathTarget(node, rest) for node, rest in targets]
    )
    return struct_from_binary(ua.BrowsePathResult, Buffer(struct_to_binary(whole)))


T = ua.ExpandedNodeId("T", 2)


def test_one_node_is_it() -> None:
    assert target(_answer((T, WHOLE)), NAMESPACES) == ua.NodeId("T", 2)


def test_one_node_that_several_references_lead_to_is_it() -> None:
    assert target(_answer((T, WHOLE), (T, WHOLE)), NAMESPACES) == ua.NodeId("T", 2)


def test_several_nodes_are_none() -> None:
    answer = _answer((T, WHOLE), (ua.ExpandedNodeId("U", 2), WHOLE))

    assert target(answer, NAMESPACES) == BAD_TOO_MANY_MATCHES


def test_a_node_on_another_server_is_none() -> None:
    assert target(_answer((T, 1)), NAMESPACES) == BAD_NO_MATCH


def test_a_namespace_may_be_named_by_its_uri() -> None:
    named = ua.ExpandedNodeId("T", 0, NamespaceUri="urn:plc")

    assert target(_answer((named, WHOLE)), NAMESPACES) == ua.NodeId("T", 2)
    assert target(_answer((named, WHOLE)), NAMESPACES[:2]) == BAD_NODE_ID_UNKNOWN


def test_a_refusal_is_passed_on() -> None:
    assert target(_answer(status=0x80340000), NAMESPACES) == BAD_NODE_ID_UNKNOWN
