"""Flask: pages, the API, sockets. Whatever a client asks for comes in here."""

from flask import Flask
from flask_wtf.csrf import generate_csrf

from app.web import bans, capsules, errors, foreign, house, languages, packing, rates, security, sockets
from app.web.asking import asking
from app.web.assets import asset, assets, module
from app.web.clock import now
from app.web.decisions import decisions
from app.web.doors import doors
from app.web.embeds import embeds
from app.web.events import events
from app.web.feeds import feeds
from app.web.health import health
from app.web.helpers import helpers
from app.web.home import home
from app.web.hosts import hosts
from app.web.marks import marks
from app.web.messages import messages
from app.web.openapi import openapi
from app.web.operators import operator
from app.web.pages import pages
from app.web.participants import participants
from app.web.peace import peace
from app.web.posters import posters
from app.web.projectors import projectors
from app.web.raids import raid
from app.web.rehearsals import rehearsals
from app.web.reports import reports
from app.web.rooms import rooms
from app.web.sanctions import sanctions
from app.web.share import share
from app.web.transcripts import transcripts
from config import logging
from config.settings import settings


def create_app() -> Flask:
    """The web process's application."""
    logging.configure(settings().log_level)
    app = Flask(__name__, static_folder=None)
    app.add_template_global(generate_csrf, "csrf_token")
    app.add_template_global(asset)
    app.add_template_global(module)
    app.context_processor(lambda: {"now": now(), "seals": capsules.sealing() is not None})

    capsules.say_at_start()
    for part in (security, packing, languages, errors, house, sockets, bans, rates, foreign):
        part.init_app(app)

    talk = (rooms, participants, messages, decisions, marks, events)
    order = (sanctions, helpers, doors, rehearsals, raid, reports, peace)
    for api in (*talk, *order):
        app.register_blueprint(api)
    for service in (health, assets, operator, languages.languages, openapi):
        app.register_blueprint(service)
    for page in (home, pages, projectors, transcripts, hosts, share, feeds, posters, embeds, asking):
        app.register_blueprint(page)
    return app
