"""Reasons that speak of records, relations and the operating state, in both languages."""

from zoneinfo import ZoneInfo

from compliance.criterion import Criterion, DeclaredAttribute, DeclaredRelation, ValidEvidence
from compliance.facts import Record
from compliance.verdict import Ground, Reference
from plant.moment import to_local
from plant.name import Name
from plant.plant import Plant
from plant.signal import Signal
from plant.subject import Subject


def no_evidence(requirement: ValidEvidence, subject: Subject) -> Ground:
    """No record of the kind is known."""
    name = requirement.name
    return Ground(
        "evidence_missing",
        f"{subject.name.zh}没有{name.zh}",
        f"no {name.en} is known for {subject.name.en}",
    )


def evidence_expired(requirement: ValidEvidence, record: Record, zone: ZoneInfo) -> Ground:
    """The latest record of the kind is no longer valid."""
    name, at = requirement.name, to_local(record.performed_at, zone)
    span = _span(requirement.within_days, record, zone)
    return Ground(
        "evidence_expired",
        f"{name.zh}已过期：上次 {at}，{span.zh}",
        f"the {name.en} has expired: last {at}, {span.en}",
        (Reference("evidence", record.id),),
    )


def evidence_not_ok(name: Name, record: Record, zone: ZoneInfo) -> Ground:
    """The latest record of the kind says that something is wrong."""
    at = to_local(record.performed_at, zone)
    return Ground(
        "evidence_not_ok",
        f"{at} 的{name.zh}结论为不合格{_of(record).zh}",
        f"the {name.en} of {at} finds something wrong{_of(record).en}",
        (Reference("evidence", record.id),),
    )


def never_calibrated(signal: Signal) -> Ground:
    """No calibration of a signal is recorded."""
    return Ground(
        "calibration_missing",
        f"{signal.name.zh}没有检定校准记录",
        f"no calibration of {signal.name.en} is recorded",
        (Reference("signal", signal.id),),
    )


def calibration_not_ok(signal: Signal, record: Record, zone: ZoneInfo) -> Ground:
    """The last calibration of a signal was not passed."""
    at = to_local(record.performed_at, zone)
    return Ground(
        "calibration_failed",
        f"{signal.name.zh}在 {at} 的检定校准不合格",
        f"{signal.name.en} did not pass its calibration at {at}",
        (Reference("signal", signal.id), Reference("evidence", record.id)),
    )


def calibration_overdue(signal: Signal, days: float, record: Record, zone: ZoneInfo) -> Ground:
    """The calibration of a signal is overdue."""
    at, span = to_local(record.performed_at, zone), _span(days, record, zone)
    return Ground(
        "calibration_overdue",
        f"{signal.name.zh}检定校准超期：上次 {at}，{span.zh}",
        f"the calibration of {signal.name.en} is overdue: last {at}, {span.en}",
        (Reference("signal", signal.id), Reference("evidence", record.id)),
    )


def no_relation(requirement: DeclaredRelation, subject: Subject) -> Ground:
    """The plant folder does not say with what an equipment is related."""
    name = requirement.name
    return Ground(
        "relation_not_set",
        f"{subject.name.zh}未登记{name.zh}",
        f"{name.en}: not declared for {subject.name.en}",
    )


def wrong_relation(
    requirement: DeclaredRelation, subject: Subject, declared: tuple[str, ...], plant: Plant
) -> Ground:
    """An equipment is related with too few or too many others."""
    known = plant.subject_by_id
    names = [known[item].name if item in known else Name(item, item) for item in declared]
    bounds = _bounds(requirement.at_least, requirement.at_most)
    return Ground(
        "relation_wrong",
        f"{subject.name.zh}的{requirement.name.zh}有 {len(names)} 个"
        f"（{'、'.join(n.zh for n in names)}），应{bounds.zh}",
        f"{requirement.name.en} of {subject.name.en}: {len(names)} "
        f"({', '.join(n.en for n in names)}), must be {bounds.en}",
    )


def wrong_attribute(
    requirement: DeclaredAttribute, subject: Subject, answer: str | None
) -> Ground:
    """A subject is declared to be something that the criterion does not allow."""
    name, allowed = requirement.name, ", ".join(requirement.allowed)
    if answer is None:
        return Ground(
            "attribute_not_set",
            f"{subject.name.zh}未登记{name.zh}",
            f"{name.en}: not declared for {subject.name.en}",
        )
    return Ground(
        "attribute_wrong",
        f"{subject.name.zh}的{name.zh}登记为 {answer}，应为 {allowed}",
        f"{name.en} of {subject.name.en} is declared as {answer}, must be {allowed}",
    )


def contradictory(subject: Subject) -> Ground:
    """What is known of an equipment's work contradicts itself."""
    return Ground(
        "operating_contradictory",
        f"{subject.name.zh}的生产状态相互矛盾（称停产，却有生产迹象）",
        f"what is known of {subject.name.en} contradicts itself: standing, yet at work",
    )


def not_applicable(record: Record, zone: ZoneInfo) -> Ground:
    """A person has stated that the criterion does not apply, with a reason and an end."""
    until = to_local(record.valid_until or 0, zone)
    return Ground(
        "not_applicable",
        f"声明不适用，有效期至 {until}：{record.name.zh}",
        f"stated not to apply until {until}: {record.name.en}",
        (Reference("evidence", record.id),),
    )


def rule_ended(criterion: Criterion) -> Ground:
    """The criterion is asked no more."""
    return Ground(
        "rule_ended",
        f"本条要求至 {criterion.ends} 止",
        f"this was asked until {criterion.ends}",
    )


def out_of_scope() -> Ground:
    """The cell no longer exists in the applied plant version."""
    return Ground(
        "out_of_scope",
        "变更后的企业设定中已无此判定对象，或其不再属于本条适用范围",
        "the applied plant version no longer has this subject within the criterion's scope",
    )


def _span(within_days: float | None, record: Record, zone: ZoneInfo) -> Name:
    if record.valid_until is not None:
        until = to_local(record.valid_until, zone)
        own = Name(f"有效期至 {until}", f"valid until {until}")
        if within_days is None:
            return own
        days = Name(f"最长 {within_days:g} 天", f"for {within_days:g} days at most")
        return Name(f"{own.zh}，{days.zh}", f"{own.en}, {days.en}")
    return Name(f"有效期 {within_days or 0:g} 天", f"valid for {within_days or 0:g} days")


def _of(record: Record) -> Name:
    if not record.name.zh:
        return Name("", "")
    return Name(f"：{record.name.zh}", f": {record.name.en}")


def _bounds(least: int | None, most: int | None) -> Name:
    if most is None:
        return Name(f"至少 {least} 个", f"at least {least}")
    if not least:
        return Name(f"至多 {most} 个", f"at most {most}")
    if least == most:
        return Name(f"为 {least} 个", f"exactly {least}")
    return Name(f"为 {least} 至 {most} 个", f"from {least} to {most}")
