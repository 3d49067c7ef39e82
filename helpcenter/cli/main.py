"""The `helpcenter` command: one verb a file, nothing heavy imported before a verb runs."""

import typer

from helpcenter.cli.agents import agents
from helpcenter.cli.ask import ask
from helpcenter.cli.bot import bot
from helpcenter.cli.chat import chat
from helpcenter.cli.check import check
from helpcenter.cli.demo import demo
from helpcenter.cli.doctor import doctor
from helpcenter.cli.import_ import import_
from helpcenter.cli.init import init
from helpcenter.cli.migrate import migrate
from helpcenter.cli.reindex import reindex
from helpcenter.cli.sandbox import sandbox
from helpcenter.cli.search import search
from helpcenter.cli.search_report import search_report
from helpcenter.cli.serve import serve
from helpcenter.cli.tokens import tokens
from helpcenter.cli.translations import translations
from helpcenter.cli.webhooks import webhooks

app = typer.Typer(
    name="helpcenter",
    help="A bilingual help centre and support bot for companies that bill through Stripe.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for _verb in (
    demo,
    serve,
    init,
    check,
    translations,
    doctor,
    sandbox,
    search,
    reindex,
    ask,
    chat,
    migrate,
):
    app.command()(_verb)
app.command("search-report")(search_report)
app.add_typer(bot, name="bot")
app.add_typer(import_, name="import")
app.add_typer(tokens, name="tokens")
app.add_typer(agents, name="agents")
app.add_typer(webhooks, name="webhooks")
