"""`yingsu people`: who may use the assistant; `yingsu pause` and `resume`: the switch.

Whoever runs these commands may read and write the database anyway: they are the administrators' administrator.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.inputs import me, print_json
from bot.errors import InputError

if TYPE_CHECKING:
    from actions.people import Code, Event, People, Person, Post

_ROLES = "权限，可写多次；“yingsu people roles”列出有哪些 / a role, may be given more than once"
Name = Annotated[str, typer.Option("--name", help="称呼或岗位，如 收文岗 / what colleagues call them")]
Unit = Annotated[str, typer.Option("--unit", help="单位，带县（市、区）名 / their unit, with its county")]
Roles = Annotated[list[str], typer.Option("--role", help=_ROLES)]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
Reason = Annotated[str, typer.Option("--reason", help="理由 / why")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    people = typer.Typer(help="谁能用：开通、权限、停用 / who may use it", no_args_is_help=True)
    people.command("code", help="发一次性开通码 / issue a one-use enrolment code")(code)
    people.command("add", help="直接开通，第一个管理员用这个 / enrol directly, as for the first administrator")(add)
    people.command("list", help="列出已开通的人员和没用的开通码 / list people and unused codes")(list_)
    people.command("roles", help="列出权限，或改某人的权限 / list the roles, or change somebody's")(roles)
    people.command("revoke", help="停用某人，或收回开通码 / revoke a person or a code")(revoke)
    people.command("history", help="谁在什么时候做了什么 / who did what, and when")(history)
    app.add_typer(people, name="people")
    app.command(help="暂停引导登记，人人看到理由 / rest the guided talk, with a reason for everybody")(pause)
    app.command(help="恢复 / go on after a pause")(resume)


def code(
    name: Name,
    unit: Unit,
    role: Roles,
    days: Annotated[int, typer.Option(min=1, max=30, help="几天内有效 / valid for so many days")] = 3,
) -> None:
    """Issue a code; it is printed once and kept nowhere."""
    from actions.render import when

    post = _post(name, unit, role)
    with _people() as people:
        issued, text = people.issue(
            post, by=me(), at=datetime.now(UTC), random=secrets.randbelow, lasts=timedelta(days=days)
        )
    print(f"开通码：{text}")
    print(f"给：{_shown(post)}。只能用一次，{when(issued.expires_at)}前有效，只显示这一次。")
    print(f"请本人在私聊里发：/start {text}")


def add(
    person: Annotated[str, typer.Argument(help="渠道:编号，如 telegram:123456 / CHANNEL:ID")],
    name: Name,
    unit: Unit,
    role: Roles,
) -> None:
    """Enrol somebody whose id is known."""
    post = _post(name, unit, role)
    with _people() as people:
        if people.get(person) is not None:
            raise InputError(f"{person} 已经开通，改权限请用 yingsu people roles。")
        people.add(person, post, by=me(), at=datetime.now(UTC))
    print(f"已开通 {person}：{_shown(post)}。")


def list_(as_json: Json = False) -> None:
    """List people and unused codes."""
    from actions.render import when

    with _people() as people:
        known, codes = people.list(), people.codes(datetime.now(UTC))
    if as_json:
        print_json({"people": [_person_data(it) for it in known], "codes": [_code_data(it) for it in codes]})
        return
    if not known:
        print("还没有开通任何人。第一个管理员用 yingsu people add 或 yingsu people code 开通。")
    for it in known:
        print(f"{it.id}　{_shown(it.post)}　{when(it.since)}起")
    for unused in codes:
        print(f"开通码 {unused.name}…　{_shown(unused.post)}　{when(unused.expires_at)}前有效，还没用")


def roles(
    person: Annotated[str | None, typer.Argument(help="渠道:编号 / CHANNEL:ID")] = None,
    role: Annotated[list[str] | None, typer.Argument(help="从今以后的全部权限 / all their roles from now on")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="换到这个单位 / move to this unit")] = None,
    name: Annotated[str | None, typer.Option("--name", help="换称呼 / change the name")] = None,
) -> None:
    """List the roles there are, or set those of a person."""
    from actions.errors import NoSuchPerson
    from actions.people import Role

    if person is None:
        for it in Role:
            print(f"{it.value}　{it.label}：{it.meaning}")
        return
    if not (role or unit or name):
        raise InputError("没有写要改成什么：在后面写出全部权限，或写 --unit、--name。")
    with _people() as people:
        known = people.get(person)
        if known is None:
            raise NoSuchPerson("没有这个已开通的人员，“yingsu people list”可以看现有的。")
        post = _post(name or known.post.name, unit or known.post.unit, role or known.post.roles)
        people.add(person, post, by=me(), at=datetime.now(UTC))
    print(f"{person} 现在是：{_shown(post)}。")


def revoke(
    who: Annotated[str, typer.Argument(help="渠道:编号，或开通码的前四位 / CHANNEL:ID, or a code's first four marks")],
    reason: Reason = "管理员停用",
) -> None:
    """Revoke a person, or withdraw a code."""
    with _people() as people:
        if ":" not in who:
            gone = people.withdraw(who, by=me(), at=datetime.now(UTC))
            print(f"已收回开通码 {gone.name}…（{_shown(gone.post)}）。")
            return
        known = people.revoke(who, by=me(), at=datetime.now(UTC), reason=reason)
    print(f"已停用 {who}（{_shown(known.post)}）。此人发出而没用的开通码一并作废；登记过的记录保留。")


def history(
    person: Annotated[str | None, typer.Argument(help="只看与此人有关的 / only what concerns this person")] = None,
    as_json: Json = False,
) -> None:
    """Print the history, the earliest first."""
    with _people() as people:
        events = people.history(person)
    if as_json:
        print_json([_event_data(it) for it in events])
    elif not events:
        print("还没有记录。")
    else:
        for it in events:
            print(_told(it))


def pause(
    reason: Reason,
    everything: Annotated[bool, typer.Option("--everything", help="查条文也停 / look-ups too")] = False,
) -> None:
    """Rest the guided talk until `resume`."""
    with _people() as people:
        now = people.rest(reason, by=me(), at=datetime.now(UTC), everything=everything)
    rests = "全部服务" if now.everything else "引导登记"
    print(f"已暂停{rests}，理由：{now.reason}。恢复用 yingsu resume。")


def resume() -> None:
    """Go on."""
    with _people() as people:
        ended = people.resume(by=me(), at=datetime.now(UTC))
    print("没有暂停，照常。" if ended is None else "已恢复。")


@contextmanager
def _people() -> Iterator[People]:
    from actions.people import People
    from actions.store import Store
    from bot.settings import Settings

    settings = Settings()
    settings.prepare_home()
    with Store.open(settings.store) as store:
        yield People(store)


def _post(name: str, unit: str, roles: Iterable[str]) -> Post:
    from actions.people import Post, Role
    from knowledge.units import load_units

    held = []
    for role in roles:
        try:
            held.append(Role(role))
        except ValueError as error:
            raise InputError(f"没有“{role}”这个权限；可选：{'、'.join(Role)}。") from error
    return Post.read(load_units(), name, unit, held)


def _shown(post: Post) -> str:
    return f"{post.unit} {post.name}，{post.granted}"


_WHAT = {
    "issued": "发开通码",
    "withdrawn": "收回开通码",
    "enrolled": "开通",
    "changed": "改为",
    "revoked": "停用",
    "rested": "暂停引导登记",
    "stopped": "暂停全部服务",
    "resumed": "恢复",
}


def _told(it: Event) -> str:
    from actions.render import when

    about = [it.person or "", f"{it.code}…" if it.code else "", _shown(it.post) if it.post else "", it.reason or ""]
    return "　".join([f"{it.number}", when(it.at), it.by, _WHAT[it.what], *filter(None, about)])


def _post_data(post: Post | None) -> dict[str, object]:
    return {} if post is None else {"name": post.name, "unit": post.unit, "roles": sorted(post.roles)}


def _person_data(it: Person) -> dict[str, object]:
    return {"person": it.id, **_post_data(it.post), "since": it.since.isoformat(), "code": it.code}


def _code_data(it: Code) -> dict[str, object]:
    return {"code": it.name, **_post_data(it.post), "by": it.by, "expires_at": it.expires_at.isoformat()}


def _event_data(it: Event) -> dict[str, object]:
    return {
        "number": it.number,
        "at": it.at.isoformat(),
        "by": it.by,
        "what": it.what,
        "person": it.person,
        "code": it.code,
        **_post_data(it.post),
        "expires_at": it.expires_at.isoformat() if it.expires_at else None,
        "reason": it.reason,
    }
