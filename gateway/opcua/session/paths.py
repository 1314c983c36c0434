"""Browse paths: how a server is asked where one leads, and what its answer means."""

from collections.abc import Sequence
from typing import Any

from asyncua import ua

from gateway.opcua.status import (
    BAD_NO_MATCH,
    BAD_NODE_ID_UNKNOWN,
    BAD_TOO_MANY_MATCHES,
    is_bad,
)
from plant.opcua_address import PathAddress

_WHOLE = 0xFFFFFFFF  # in place of what is left of a path: all of it lies on this server


def browse_path(path: PathAddress) -> ua.BrowsePath:
    """Write a path from the root folder down."""
    request = ua.BrowsePath()
    request.StartingNode = ua.NodeId(ua.ObjectIds.RootFolder)
    for namespace, name in path.steps:
        step = ua.RelativePathElement()
        step.ReferenceTypeId = ua.NodeId(ua.ObjectIds.HierarchicalReferences)
        step.IsInverse, step.IncludeSubtypes = False, True
        step.TargetName = ua.QualifiedName(name, namespace)
        request.RelativePath.Elements.append(step)
    return request


def target(result: ua.BrowsePathResult, namespaces: Sequence[str]) -> Any:
    """Give the node id of the one node that a path leads to, or the status code that says why not.

    Names need not be unique, and a path that leads to several nodes means none of them: which one
    comes first is the server's whim. `namespaces` are the server's, by index.
    """
    if is_bad(result.StatusCode.value):
        return int(result.StatusCode.value)
    found = {
        _local(reached.TargetId, namespaces)
        for reached in result.Targets
        if reached.RemainingPathIndex == _WHOLE
    }
    if not found:
        return BAD_NO_MATCH
    return found.pop() if len(found) == 1 else BAD_TOO_MANY_MATCHES


def _local(node: ua.NodeId, namespaces: Sequence[str]) -> Any:
    """Give the node id of an expanded one, which may name its namespace by URI."""
    uri = getattr(node, "NamespaceUri", None)  # asyncua reads one without as a plain node id
    if not uri:
        return ua.NodeId(node.Identifier, node.NamespaceIndex)
    if uri not in namespaces:
        return BAD_NODE_ID_UNKNOWN
    return ua.NodeId(node.Identifier, namespaces.index(uri))
