"""Every `code` of a problem document, what it means, and where it can occur.

What follows from how an operation is declared (its roles, its body, its cursor ...) is found here;
what only the operation itself knows stands in its file of `api/examples`. A test holds this
catalogue to the codes that the sources raise.
"""

from collections import defaultdict
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from plant.name import Name

MEANINGS: Mapping[str, Name] = {
    "accounts_unavailable": Name("账号库暂时不可用", "The accounts cannot be reached now"),
    "already_acknowledged": Name("该报警已被确认", "The alarm is acknowledged already"),
    "before_the_plant": Name(
        "at 早于本装置首次投用判定的时刻", "`at` lies before the plant was first applied"
    ),
    "content_too_large": Name("请求内容过大", "The request is too large"),
    "cross_site": Name("不接受来自其他网站的请求", "Requests from other sites are not taken"),
    "csrf": Name("缺少或错误的 X-CSRF-Token", "X-CSRF-Token is missing or wrong"),
    "forbidden": Name("您的角色无权这样做", "Your role may not do this"),
    "history_busy": Name("正在读取的历史过多", "Too many histories are being read"),
    "history_unavailable": Name("历史库暂时无法读取", "The store of samples cannot be read now"),
    "idempotency_conflict": Name(
        "该 Idempotency-Key 已用于另一请求", "This Idempotency-Key was used for another request"
    ),
    "in_the_future": Name(
        "所给时刻在将来", "`at` or `known_at` lies in the future; a moment up to now is accepted"
    ),
    "internal_error": Name("服务内部错误", "The server failed"),
    "invalid_cursor": Name("游标无效", "The cursor is not one of ours"),
    "invalid_link": Name("链接无效、已用过或已过期", "The link is not valid, used up or too old"),
    "invalid_range": Name("起止时间有误", "`start` must lie before `end`"),
    "invalid_request": Name("请求内容有误", "The request is not valid"),
    "journal_unavailable": Name("日志库暂时不可用", "The journal cannot be reached now"),
    "method_not_allowed": Name("此资源不支持该方法", "This resource has no such method"),
    "no_journal": Name("日志库尚未建立", "The journal has not begun: the monitor never ran"),
    "not_a_session": Name(
        "令牌须由管理员吊销", "A token is revoked by an administrator, not here"
    ),
    "not_acknowledged": Name("请先确认再复位", "Acknowledge the alarm before you reset it"),
    "not_found": Name("没有这个资源", "There is no such resource"),
    "not_latched": Name("该报警没有锁存，无需复位", "The alarm is not latched"),
    "occurrence_passed": Name(
        "报警已再次触发，请重新查看后再操作",
        "The alarm has called again; look at it again before you act",
    ),
    "outcome_unknown": Name(
        "无法确认该操作是否会执行; 请用同一个 Idempotency-Key 再次请求",
        "It is not known whether this will happen; ask again with the same Idempotency-Key",
    ),
    "reason_empty": Name("请说明理由", "Give a reason"),
    "request_timeout": Name("请求发送过慢", "The request was sent too slowly"),
    "still_active": Name("报警条件仍然存在，不能复位", "The alarm's condition still holds"),
    "too_many_attempts": Name(
        "尝试次数过多, 请稍后再试", "Too many attempts; wait before the next one"
    ),
    "too_many_buckets": Name(
        "区间过多; 请加大 bucket 或缩短时段", "Too many buckets; ask for wider ones"
    ),
    "too_many_streams": Name("事件流过多", "Too many event streams are open"),
    "unauthorized": Name("请先登录", "Sign in, or send a valid token"),
    "unknown_equipment": Name("没有这台设备", "There is no such equipment"),
    "unknown_host": Name("此主机名未登记", "This host name is not one of ours"),
    "unknown_parameter": Name("没有该查询参数", "There is no such query parameter"),
    "until_passed": Name("截止时间已过", "The end has passed already"),
    "until_too_far": Name("截止时间不得超过 24 小时", "The end is more than 24 hours ahead"),
    "verifying": Name("正在校验, 请稍后再试", "A walk is under way"),
    "will_not_happen": Name(
        "监测程序未在规定时间内答复, 请求已撤回, 不会执行",
        "The monitor did not answer in time; the request is withdrawn and will not happen",
    ),
    "wrong_password": Name("账号或密码错误", "The login or the password is wrong"),
}


def codes(
    operation: Mapping[str, Any],
    *,
    public: bool,
    everybody: bool,
    unsafe: bool,
    own: Mapping[str, list[str]],
) -> dict[int, list[str]]:
    """Give the statuses of an operation's problems with their codes, both in order.

    Args:
        operation: Its part of the OpenAPI document, parameters and body in place.
        public: Nobody is asked who he is.
        everybody: Every role may call it.
        unsafe: Its method may change something.
        own: The codes that its own file adds, by status.
    """
    names = {(item["in"], item["name"]) for item in operation.get("parameters", ())}
    found: defaultdict[int, set[str]] = defaultdict(set)
    found[421].add("unknown_host")
    found[422].add("unknown_parameter")
    found[500].add("internal_error")
    if names:
        found[422].add("invalid_request")
    if ("query", "cursor") in names:
        found[422].add("invalid_cursor")
    if any(where == "path" for where, _ in names):
        found[404].add("not_found")
    if unsafe:
        found[403].add("cross_site")
    if "requestBody" in operation:
        found[400].add("invalid_request")
        found[408].add("request_timeout")
        found[413].add("content_too_large")
        found[422].add("invalid_request")
    if not public:
        found[401].add("unauthorized")
        found[503] |= {"accounts_unavailable", "journal_unavailable"}
        found[403] |= {"csrf"} if unsafe else set()
        found[403] |= set() if everybody else {"forbidden"}
    if ("header", "Idempotency-Key") in names:  # an act: the monitor is asked
        found[409].add("idempotency_conflict")
        found[503] |= {"will_not_happen", "outcome_unknown"}
    for status, more in own.items():
        found[int(status)] |= set(more)
    return {status: sorted(found[status]) for status in sorted(found) if found[status]}


def component(status: int, those: list[str]) -> str:
    """Name the shared response of these codes."""
    return f"Problem{status}.{'.'.join(those)}"


def response(status: int, those: list[str], problem: str) -> dict[str, Any]:
    """Write a response of the OpenAPI document; `problem` refers to the schema of problems."""
    meanings = "; ".join(f"`{code}`: {MEANINGS[code].zh} / {MEANINGS[code].en}" for code in those)
    schema = {
        "allOf": [{"$ref": problem}],
        "properties": {"status": {"const": status}, "code": {"enum": those}},
    }
    examples = {code: {"value": _example(status, code)} for code in those}
    content = {"application/problem+json": {"schema": schema, "examples": examples}}
    made: dict[str, Any] = {"description": meanings, "content": content}
    if status in (429, 503):
        made["headers"] = {
            "Retry-After": {
                "description": "Seconds after which to ask again",
                "schema": {"type": "integer"},
            }
        }
    return made


def _example(status: int, code: str) -> dict[str, Any]:
    meaning = MEANINGS[code]
    return {
        "type": f"urn:firstout:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": meaning.en,
        "code": code,
        "message": {"zh": meaning.zh, "en": meaning.en},
    }
