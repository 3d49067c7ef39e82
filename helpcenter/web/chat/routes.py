"""How the chat is put into the app."""

from typing import TYPE_CHECKING

from helpcenter.bot.runner import Runner
from helpcenter.conversations.notify import LocalNotices
from helpcenter.web import openapi
from helpcenter.web.chat import api
from helpcenter.web.chat.counter import make_chat

if TYPE_CHECKING:
    from fastapi import FastAPI


def install(app: "FastAPI", runner: Runner, notices: LocalNotices) -> None:
    """Let people talk; needs what `account.routes.install` puts there."""
    app.state.chat = make_chat(runner, notices)
    app.include_router(api.router(openapi.refusals()))
