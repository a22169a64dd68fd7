"""Notices sent, or to be sent."""

from __future__ import annotations

from rich.markup import escape

from zhunsheng.answers.terminal import console


def notices(told, dry_run: bool = False) -> None:
    """What was sent, or would be; what did not arrive."""
    for notice in told.notices:
        console.print(f"{'将发 / would send' if dry_run else '已发 / sent'}  {notice.channel.channel_id} → {notice.provider_id}\n  {escape(notice.title)}")
        if dry_run:
            console.print(escape(notice.body))
    for failure in told.failures:
        console.print(f"[red]✗[/] {escape(failure.message_zh)}\n  {escape(failure.message_en)}")
    console.print(f"通知 {len(told.notices)} 条，未送达 {len(told.failures)} 条 / {len(told.notices)} notices, {len(told.failures)} not delivered（{told.moment:%Y-%m-%d %H:%M}）")
