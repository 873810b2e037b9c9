# SPDX-License-Identifier: Apache-2.0
"""People who use a Django site with sessions and pages by django-redis (two processes of it), and the cache's own calls."""
import json
import os
import sys
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar

sys.path.insert(1, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"

import django
from checks import begun, eventually, program, seen
from django.core.cache import cache

PEOPLE = 50
PAGES = 20


class Person:
    """Somebody with a browser: keeps the cookies."""

    def __init__(self, name):
        self.name = name
        self.cookies = CookieJar()
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def ask(self, port, page=""):
        try:
            with self.browser.open(f"http://127.0.0.1:{port}/{page}", timeout=60) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            return error.code

    @property
    def key(self):
        return "django.contrib.sessions.cache" + next(cookie.value for cookie in self.cookies if cookie.name == "sessionid")


def sessions(start):
    sites = [start("site_views.py") for _ in range(2)]
    eventually("the site is up", lambda: len(begun("serve")) == 2)
    one, other = [port for [port] in begun("serve")]
    people = [Person(f"person-{number}") for number in range(PEOPLE)]
    seen("nobody is logged in", people[0].ask(one), 401)
    seen("everybody logs in", [person.ask(one, f"login/{person.name}") for person in people], [{"user": person.name} for person in people])
    for visit in (1, 2, 3):
        seen(f"visit {visit}: both processes know everybody", [person.ask((one, other)[visit % 2]) for person in people],
             [{"user": person.name, "visits": visit} for person in people])
    seen("the sessions are in the cache", len(cache.keys("django.contrib.sessions.cache*")), PEOPLE)

    first, second, third = people[:3]
    seen("a session has a deadline", cache.ttl(first.key) > 1_000_000, True)
    old = second.key
    second.ask(one, "login/again")
    seen("a login makes a new session and ends the old one", (second.key == old, cache.has_key(old)), (False, False))
    key = second.key
    second.ask(one, "short/1")
    eventually("the session ends at its deadline", lambda: not cache.has_key(key))
    seen("who comes after it is not known", second.ask(other), 401)
    third.ask(one, "logout")
    seen("who logged out is not known either", third.ask(other), 401)

    seen("pages are made", [first.ask(one, f"slow/{number}")["number"] for number in range(PAGES)], list(range(PAGES)))
    seen("and kept for everybody's next visit", [second.ask(one, f"slow/{number}")["number"] for number in range(PAGES)],
         list(range(PAGES)))
    seen("each was made once", begun("slow"), [[number] for number in range(PAGES)])
    for site in sites:
        site.kill()
        site.wait()
    start("site_views.py")
    eventually("the site is up again", lambda: len(begun("serve")) == 3)
    seen("sessions outlive the site", first.ask(begun("serve")[2][0]), {"user": first.name, "visits": 4})


def calls():
    seen("set and get of anything", (cache.set("thing", {"a": [1, 2.5, None]}), cache.get("thing")), (True, {"a": [1, 2.5, None]}))
    seen("add only when it is not there", (cache.add("once", 1), cache.add("once", 2), cache.get("once")), (True, False, 1))
    seen("counters", (cache.set("count", 1), cache.incr("count", 41), cache.decr("count", 2)), (True, 42, 40))
    try:
        cache.incr("no such counter")
        seen("a counter that is not there", "was counted", "was refused")
    except ValueError:
        seen("a counter that is not there is refused", True, True)
    cache.set_many({f"many-{number}": number for number in range(100)}, timeout=60)
    seen("many at once", cache.get_many([f"many-{number}" for number in range(100)]), {f"many-{number}": number for number in range(100)})
    seen("a default for what is not there", cache.get("nothing", "default"), "default")
    seen("get or set", (cache.get_or_set("lazy", lambda: "made", 60), cache.get_or_set("lazy", lambda: "again", 60)), ("made", "made"))
    seen("deadlines", (50 < cache.ttl("many-1") <= 60, cache.ttl("nothing"), cache.persist("many-1"), cache.ttl("many-1")), (True, 0, True, None))
    seen("set anew, by seconds and by milliseconds", (cache.expire("many-2", 100), 60 < cache.ttl("many-2") <= 100, cache.touch("many-2", 70),
         cache.pexpire("many-3", 20_000), 10_000 < cache.pttl("many-3") <= 20_000), (True, True, True, True, True))
    cache.set("brief", "x", timeout=0.05)
    cache.set("gone", "x", timeout=1)
    eventually("what has a deadline goes", lambda: "gone" not in cache)
    seen("versions", (cache.set("page", "old", version=1), cache.incr_version("page"), cache.get("page"), cache.get("page", version=2)),
         (True, 2, None, "old"))
    seen("names by pattern", sorted(cache.iter_keys("many-1?")), [f"many-1{digit}" for digit in range(10)])
    seen("deleted by pattern", (cache.delete_pattern("many-*"), cache.keys("many-*")), (100, []))
    seen("deleted", (cache.delete("thing"), cache.delete("thing")), (True, False))
    with cache.lock("the lock", timeout=60):
        seen("a lock keeps others out", cache.lock("the lock", timeout=60).acquire(blocking=False), False)
    seen("until it is given back", cache.lock("the lock", timeout=60).acquire(blocking=False), True)


def main(start):
    django.setup()
    calls()
    sessions(start)


if __name__ == "__main__":
    program(main)
