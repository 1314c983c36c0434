"""Checks of our own that schemathesis runs on every answer, besides its own."""

import schemathesis
from schemathesis import Case, CheckContext, Response
from schemathesis.core.failures import Failure
from schemathesis.generation import GenerationMode

SHAPE = {"invalid_request", "unknown_parameter"}
"""Codes by which a request is refused for its form, not for what it means."""


@schemathesis.check
def well_formed_requests_are_refused_for_their_meaning_only(
    _: CheckContext, response: Response, case: Case
) -> None:
    """Stands for `positive_data_acceptance`: a cursor, a time or a span may mean nothing here."""
    meta = case.meta
    positive = meta is not None and meta.generation.mode is GenerationMode.POSITIVE
    if positive and response.status_code in (400, 422):
        code = response.json()["code"]
        if code in SHAPE:
            raise Failure(
                operation=case.operation.label,
                title="A request that keeps to the document was refused for its form",
                message=f"{code}: {response.text}",
            )


@schemathesis.check
def refusals_are_problems_in_both_languages(
    _: CheckContext, response: Response, case: Case
) -> None:
    """Whatever is refused, probes of the framework's own included, says why to both readers."""
    if response.status_code < 400 or case.operation.path == "/readyz":
        return
    kind = response.headers.get("content-type", [""])[0]
    said = response.json()["message"] if kind == "application/problem+json" else {}
    if not (said.get("zh") and said.get("en")):
        raise Failure(
            operation=case.operation.label,
            title="A refusal is no problem document in Chinese and English",
            message=f"{response.status_code} {kind}: {response.text[:500]}",
        )
