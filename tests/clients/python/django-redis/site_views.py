# SPDX-License-Identifier: Apache-2.0
"""What the site answers. `python3 site_views.py` serves it and prints the port."""
import os
import time
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from checks import begin
from django.http import JsonResponse
from django.urls import path
from django.views.decorators.cache import cache_page


def home(request):
    if "user" not in request.session:
        return JsonResponse({}, status=401)
    request.session["visits"] += 1
    return JsonResponse({"user": request.session["user"], "visits": request.session["visits"]})


def login(request, user):
    request.session.cycle_key()
    request.session.update({"user": user, "visits": 0, "cart": "x" * 1000})
    return JsonResponse({"user": user})


def short(request, seconds):
    request.session.set_expiry(seconds)
    return JsonResponse({})


def logout(request):
    request.session.flush()
    return JsonResponse({})


@cache_page(60)
def slow(request, number):
    begin("slow", number)
    return JsonResponse({"number": number, "text": "x" * 1000})


urlpatterns = [
    path("", home),
    path("login/<user>", login),
    path("short/<int:seconds>", short),
    path("logout", logout),
    path("slow/<int:number>", slow),
]


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


if __name__ == "__main__":
    from django.core.wsgi import get_wsgi_application

    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    server = make_server("127.0.0.1", 0, get_wsgi_application(), Server, Quiet)
    begin("serve", server.server_port)
    server.serve_forever()
