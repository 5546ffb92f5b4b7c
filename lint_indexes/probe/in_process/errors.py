"""Notes that SQLAlchemy has had an error, of which listeners of the project's may have heard."""

from __future__ import annotations

from sqlalchemy.engine import Connection


class Errors:
    """``heard`` says whether there was one since it was set to False: from the server, or one of SQLAlchemy's
    own, about the parameters of a statement, say.
    """

    def __init__(self):
        self.heard = False

    def install(self):
        """Note them from now on."""
        handle = Connection._handle_dbapi_exception  # it calls the listeners

        def noted(*arguments, **options):
            self.heard = True
            return handle(*arguments, **options)

        Connection._handle_dbapi_exception = noted
