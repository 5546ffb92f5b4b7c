"""A booking and dispatch application, small enough to read in five minutes."""

from __future__ import annotations

import os

from flask import Flask

from booking_app.database import db, migrate


def create_app() -> Flask:
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get("DATABASE_URL", "postgresql+psycopg:///booking")
    db.init_app(app)
    migrate.init_app(app, db)

    from booking_app import models  # noqa: F401  (imported so that the metadata has the tables)
    from booking_app.views import bookings

    app.register_blueprint(bookings)
    return app
