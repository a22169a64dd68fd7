"""Notices sent, or to be sent."""

from __future__ import annotations

from rich.markup import escape

from zhunsheng.answers.terminal import console


def notices(outcome, dry_run: bool = False) -> None:
    """What was sent, or would be; what did not arrive."""
    for notice in outcome.notices:
        console.print(f"{'将发 / would send' if dry_run else '已发 / sent'}  {notice.channel.channel_id} → {notice.provider_id}\n  {escape(notice.title)}")
        if dry_run:
            console.print(escape(notice.body))
    for failure in outcome.failures:
        console.print(f"[red]✗[/] {escape(failure.message_zh)}\n  {escape(failure.message_en)}")
    console.print(f"通知 {len(outcome.notices)} 条，未送达 {len(outcome.failures)} 条 / {len(outcome.notices)} notices, {len(outcome.failures)} not delivered（{outcome.moment:%Y-%m-%d %H:%M}）")
