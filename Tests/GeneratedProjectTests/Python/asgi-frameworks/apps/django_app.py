"""Django's ASGI: views of both kinds, and a stream."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path

settings.configure(
    SECRET_KEY="for a test",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
)


def main(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"a": request.GET.get("a"), "path": request.path})


async def stream(_: HttpRequest) -> Any:
    async def pieces() -> AsyncIterator[bytes]:
        for number in range(3):
            yield b"%d\n" % number

    return StreamingHttpResponse(pieces())


async def post(request: HttpRequest) -> HttpResponse:
    return JsonResponse(request.POST.dict())


urlpatterns = [path("", main), path("stream", stream), path("post", post)]
app = get_asgi_application()
