// Small apps of each kind, as people have them: what `pa-new adopt` is tried on.

import Foundation
import Scaffold
import TestSupport
import Testing

/// An app, and what has to become of it.
struct AdoptedApp: Sendable, CustomTestStringConvertible {
    /// The folder's name.
    let name: String
    /// The files of the app.
    let files: [String: String]
    /// What `adopt` has to say that it found.
    let found: String
    /// What the first page says.
    let page: String
    /// Lines that the entry file must have.
    let lines: [String]
    /// Files that must be there besides those of every app.
    var more: [String] = []
    /// A path that PythonAnywhere serves without the app, and what is there.
    var file: (path: String, text: String)?

    var testDescription: String { name }

    /// The packages of all of them, for one environment.
    static let packages = ["flask==3.1.3", "django==5.2.19", "fastapi==0.165.0", "tornado==6.6.1"]

    private static let flask = """
        from flask import Flask

        app = Flask(__name__)


        @app.get("/")
        def index() -> str:
            return "the shop"

        """

    /// The apps.
    static let all = [
        AdoptedApp(
            name: "flask-object",
            files: [
                "app.py": flask, "requirements.txt": "flask==3.1.3\n", "static/a.css": "body {}\n",
            ],
            found: "app.py:3 has the Flask app `app`",
            page: "the shop",
            lines: ["from app import app", "application = app", "pa_bundle.use(FOLDER)"],
            more: ["pa_bundle.py"],
            file: ("/static/a.css", "body {}\n")
        ),
        AdoptedApp(
            name: "flask-factory",
            files: [
                "src/shop/__init__.py": """
                from flask import Flask


                def create_app() -> Flask:
                    app = Flask(__name__)
                    app.add_url_rule("/", view_func=lambda: "made")
                    return app

                """,
                "src/shop/static/a.txt": "a\n",
                "pyproject.toml": """
                [project]
                name = "shop"
                version = "1"
                requires-python = ">=3.10"
                dependencies = ["flask==3.1.3"]

                """,
            ],
            found: "src/shop/__init__.py:4 has the function `create_app`",
            page: "made",
            lines: [
                "sys.path.insert(0, str(PROJECT / \"src\"))", "from shop import create_app",
                "application = create_app()",
            ],
            more: ["pa_bundle.py", "requirements.txt"],
            file: ("/static/a.txt", "a\n")
        ),
        AdoptedApp(
            name: "fastapi",
            files: [
                "main.py": """
                from fastapi import FastAPI

                app = FastAPI()


                @app.get("/")
                async def index() -> dict[str, str]:
                    return {"hello": "asgi"}

                """,
                "requirements.txt": "fastapi==0.165.0\n",
            ],
            found: "main.py:3 has the FastAPI app `app`",
            page: "{\"hello\":\"asgi\"}",
            lines: ["from asgi_adapter import ASGIAdapter", "application = ASGIAdapter(your_app)"],
            more: ["asgi_adapter/__init__.py", "asgi_adapter/one_loop.py", "pa_bundle.py"]
        ),
        AdoptedApp(
            name: "tornado",
            files: [
                "server.py": """
                import tornado.web


                class Main(tornado.web.RequestHandler):
                    async def get(self) -> None:
                        self.write("from tornado")


                def make_app() -> tornado.web.Application:
                    return tornado.web.Application([("/", Main)])


                if __name__ == "__main__":
                    make_app().listen(8888)

                """,
                "requirements.txt": "tornado==6.6.1\n",
            ],
            found: "server.py:9 has the function `make_app`",
            page: "from tornado",
            lines: ["from server import make_app", "application = WSGIAdapter(your_app)"],
            more: ["tornado_wsgi/__init__.py", "tornado_wsgi/one_loop.py", "pa_bundle.py"]
        ),
        AdoptedApp(
            name: "website",
            files: ["index.html": "<h1>Pages</h1>\n", "css/a.css": "h1 {}\n", ".env": "KEY=1\n"],
            found: "index.html is the first page of a website",
            page: "<h1>Pages</h1>\n",
            lines: ["SITE = PROJECT"],
            file: ("/css/a.css", "h1 {}\n")
        ),
        AdoptedApp(
            name: "plain",
            files: [
                "wsgi.py": """
                def application(environ, start_response):
                    start_response("200 OK", [("Content-Type", "text/plain")])
                    return [b"plain"]

                """,
                "README.md": "mine\n",
            ],
            found: "wsgi.py",
            page: "plain",
            lines: ["from wsgi import application as app", "application = app"]
        ),
        django,
    ]

    private static let django = AdoptedApp(
        name: "django",
        files: [
            "site/manage.py": """
            import os
            import sys

            if __name__ == "__main__":
                os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")
                from django.core.management import execute_from_command_line

                execute_from_command_line(sys.argv)

            """,
            "site/mysite/__init__.py": "",
            "site/mysite/settings.py": """
            from pathlib import Path

            BASE_DIR = Path(__file__).resolve().parent.parent
            SECRET_KEY = __import__("os").environ["KEY"]
            DEBUG = False
            ALLOWED_HOSTS = ["alice.pythonanywhere.com"]
            ROOT_URLCONF = "mysite.urls"
            INSTALLED_APPS = ["django.contrib.staticfiles"]
            STATIC_URL = "static/"
            STATIC_ROOT = BASE_DIR / "collected"
            DATABASES = {
                "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}
            }

            """,
            "site/mysite/urls.py": """
            from django.http import HttpResponse
            from django.urls import path

            urlpatterns = [path("", lambda request: HttpResponse("from django"))]

            """,
            ".env": "KEY=only-for-tests-not-a-secret-0123456789-0123456789\n",
            "requirements.txt": "django==5.2.19\n",
        ],
        found: "the Django settings `mysite.settings`",
        page: "from django",
        lines: [
            "sys.path.insert(0, str(PROJECT / \"site\"))",
            "os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"mysite.settings\")",
            "application = get_wsgi_application()",
        ],
        more: ["pa_bundle.py"]
    )

    /// Writes the app into a folder below another one.
    ///
    /// - Parameter root: The other folder.
    /// - Returns: The app's folder.
    /// - Throws: If the system refuses.
    func make(below root: URL) throws -> URL {
        let folder = root.appending(path: name)
        try write(files, below: folder)
        return folder
    }
}
