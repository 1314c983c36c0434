"""`firstout apply`: show what a changed folder differs in, and ask the monitor to take it in.

What is wrong with the folder or the people is said before anybody is asked for anything more;
the monitor checks all of it again, for it alone changes what is in force.
"""

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from api.accounts.open import open_accounts
from api.accounts.store import Accounts
from api.judging import HEARTBEAT_LIMIT
from firstout import plant_folder
from firstout.applying import apply, shown
from firstout.applying.persons import Person, PersonError, Persons
from firstout.clock import Clock
from firstout.data_folder import DataFolder
from firstout.terminal import err, out
from journal.applied import applied_version
from journal.ask import Asked, Inbox, Outcome
from journal.open import open_database
from journal.read import Reader
from plant.difference import Difference, differences
from plant.errors import FirstoutError, JournalError
from plant.moment import from_text
from plant.plant import Plant
from plant.read import version_of

# Reading a plant of 20,000 signals takes the monitor some seconds, more on a busy machine.
_DEADLINE_S = 30.0


class ApplyError(FirstoutError):
    """The folder was not taken in."""


@dataclass(frozen=True)
class Named:
    """How a person is to sign in: by login (then their password is asked for) or by token file."""

    login: str | None
    token_file: Path | None


@dataclass(frozen=True)
class Request:
    """What `firstout apply` was asked for; `reason` None is asked for at the terminal."""

    folder: Path
    data: DataFolder
    reason: str | None
    by: Named
    approved_by: Named
    as_json: bool


def run_apply(request: Request) -> dict[str, object]:
    """Take the folder in; give what to tell a program.

    Raises:
        PlantError: the folder has faults.
        ApplyError: it was refused, nobody judges, or nobody signed in; nothing has changed.
        PersonError: somebody did not sign in, or may not change the plant.
        JournalError: the journal cannot be read, or it is not known whether it was taken in.
    """
    files = plant_folder.read_files(request.folder)
    in_force = _in_force(request.data)
    if version_of(files) == in_force.version:
        if not request.as_json:
            out.print("没有变化 Nothing to do: this version is in force.")
        return {"ok": True, "changed": False, "version": in_force.version}
    plant = apply.read_following(files, in_force)
    if plant.id != in_force.id:
        raise ApplyError(
            f"{request.data.root} 属于另一个装置 is the data folder of plant {in_force.id!r}, "
            f"not of {plant.id!r}"
        )
    found = differences(in_force, plant)
    safety = any(item.safety for item in found)
    if not request.as_json:
        shown.show(found, out)
    _demand_monitor(request.data)
    reason = _reason(request)
    requester, approver = _persons(request, safety=safety)
    body = apply.body(files, in_force.version, reason, approver.actor if approver else "")
    answer = _told(asyncio.run(_ask(request.data, requester, body)), found)
    if not request.as_json:
        out.print(f"已生效 In force: {plant.version[:12]} (记录 entry {answer['seq']})")
    return {
        "ok": True,
        "changed": True,
        "version": plant.version,
        "base": in_force.version,
        "seq": answer["seq"],
        "safety": safety,
        "difference": [item.as_json() for item in found],
    }


def _in_force(data: DataFolder) -> Plant:
    engine = open_database(data.journal)
    try:
        applied = applied_version(engine)
    finally:
        engine.dispose()
    if applied is None:
        raise ApplyError(
            f"{data.root} 中尚无生效的装置 has no plant in force; "
            "the first `firstout run` applies it"
        )
    return plant_folder.check_files(applied.files)


def _demand_monitor(data: DataFolder) -> None:
    """Refuse before anybody has typed a password, when there is nobody to take it in."""
    engine = open_database(data.journal)
    try:
        beat = Reader(engine).heartbeat()
    finally:
        engine.dispose()
    if beat is None or Clock().now() - from_text(str(beat["beat_at"])) > HEARTBEAT_LIMIT:
        raise ApplyError(
            "监测未运行，未生效 the monitor is not running, nothing was taken in; "
            "start `firstout run` or the services first"
        )


def _reason(request: Request) -> str:
    reason = request.reason
    if reason is None and not request.as_json:
        reason = str(typer.prompt("变更原因 Reason"))
    reason = (reason or "").strip()
    if not 0 < len(reason) <= apply.LONGEST_REASON:
        raise ApplyError(
            "必须说明原因 a reason must be given with --reason; "
            f"accepted: 1 to {apply.LONGEST_REASON} characters"
        )
    return reason


def _persons(request: Request, *, safety: bool) -> tuple[Person, Person | None]:
    """Sign in the one who asks and, for the safety class, another who agrees."""
    clock = Clock()
    persons = Persons(Accounts(open_accounts(request.data.accounts), clock.now))
    by = _sign_in(persons, request, request.by, "申请人 Who asks", "--by")
    if not safety and request.approved_by == Named(None, None):
        return by, None
    if safety and not request.as_json:
        err.print("涉及安全的变更须由第二人批准 The safety class needs a second person.")
    second = request.approved_by
    approver = _sign_in(persons, request, second, "批准人 Who agrees", "--approved-by")
    if approver.actor == by.actor:
        raise PersonError(
            "申请人与批准人必须不同 the one who asks cannot agree as well; sign in another person"
        )
    return by, approver


def _sign_in(persons: Persons, request: Request, named: Named, who: str, option: str) -> Person:
    if named.token_file is not None:
        return persons.by_token(named.token_file)
    login = named.login
    if login is None and not request.as_json:
        login = str(typer.prompt(f"{who} (账号 login)"))
    if not login:
        raise PersonError(f"{who}: accepted: {option} LOGIN or {option}-token-file FILE")

    def ask(name: str) -> str:
        return str(typer.prompt(f"{name} 的密码 password", hide_input=True, err=True))

    return persons.by_password(login, ask)


async def _ask(data: DataFolder, requester: Person, body: dict[str, object]) -> Asked:
    inbox = Inbox(open_database(data.journal), Clock().now, deadline_s=_DEADLINE_S)
    return await inbox.ask(requester.actor, f"apply-{secrets.token_hex(8)}", apply.KIND, body)


def _told(asked: Asked, found: Sequence[Difference]) -> Mapping[str, object]:
    """Give the monitor's answer when it has taken the folder in."""
    if asked.outcome is not Outcome.ANSWERED:
        raise JournalError(
            f"监测未应答，已撤回，未生效 the monitor did not answer within {_DEADLINE_S:g} s; "
            f"the request with {len(found)} differences was taken back and will not happen"
        )
    answer = asked.answer
    if not answer.get("ok"):
        message = answer.get("message", {})
        faults = "".join(f"\n{fault}" for fault in answer.get("faults", ()))
        raise ApplyError(f"{message.get('zh')} {message.get('en')} ({answer.get('code')}){faults}")
    return answer
