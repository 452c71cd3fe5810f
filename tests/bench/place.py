# SPDX-License-Identifier: MIT
"""A database, the service on it, and the pages of its lists with the statements that each runs."""

from database import Inside, Listener
from service import Service

MIDDLE, END = 0.5, 1.0


class Page:
    """A request, and what it runs inside the database."""

    def __init__(self, path, statements):
        self.path, self.statements = path, statements


class Site:
    """Two services on a database that keep no replies in memory: one to measure, one with a single connection whose
    statements are listened to."""

    def __init__(self, database):
        self.database = database
        self.listener = Listener(database)
        self.listened = Service(database, ACCORD_CACHE_MB="0", ACCORD_POOL_SIZE="1")
        self.listened.get("/v1/regions")
        self.listener.close()  # the session that has begun is still heard
        self.listener.heard()
        # One address asks for all clients there are: it may have all connections, as pgbench has.
        self.service = Service(database, ACCORD_CACHE_MB="0", ACCORD_POOL_SHARE="100")
        self.inside = Inside(database)

    def page(self, path, operation):
        """Asks for a path once; its statements are those of the operation."""
        self.listened.get(path)
        return Page(path, [each for each in self.listener.heard() if each.name.startswith(operation + ".")])

    def first(self, of, query):
        return self.page(of.url(query), of.id)

    def behind(self, of, query, keys):
        return self.page(of.url(query, keys), of.id)

    def keys(self, of, query, places):
        """The keys at some places of a list, and how many rows have any."""
        return self.inside.keys(self.first(of, query).statements[0], places)

    def at(self, of, query, place):
        """The page at a place of a list: 0 is the first, 0.5 the one in the middle."""
        return self.behind(of, query, self.keys(of, query, [place])[0][0]) if place else self.first(of, query)

    def close(self):
        self.service.stop()
        self.listened.stop()
        self.inside.close()
