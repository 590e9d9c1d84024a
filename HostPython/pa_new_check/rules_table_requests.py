"""The table of rules about requests, and about code that requests run."""

from __future__ import annotations

from pa_new_check.rules_table import Rule

REQUESTS = (
    Rule(
        "missing-table",
        "warning",
        "The database on PythonAnywhere does not have the table: pages that use it "
        "are errors.",
        "Create the tables once, in a console on PythonAnywhere.",
        "Flask",
    ),
    Rule(
        "django-model",
        "warning",
        "The database on PythonAnywhere gets other tables than the models need: pages "
        "that use them are errors.",
        "Make the migrations, and run them in a console on PythonAnywhere.",
        None,
    ),
    Rule(
        "lost-change",
        "warning",
        "The database stays as it was: nothing of the change is kept.",
        "Write `.commit()` below the last change.",
        None,
    ),
    Rule(
        "allowed-hosts",
        "error",
        "Django answers 400 (Bad Request) to every visitor, because it does not know "
        "the domain.",
        "Add the domain of the web app to ALLOWED_HOSTS.",
        "Django400BadRequest",
    ),
    Rule(
        "relative-path",
        "warning",
        "On PythonAnywhere the working directory is your home folder, not the "
        "project's folder, so the file is not found.",
        "Build the path from the folder of this file: `Path(__file__).parent / ...`.",
        "NoSuchFileOrDirectory",
    ),
    Rule(
        "missing-template",
        "warning",
        "Flask finds no such template, on PythonAnywhere as here: the page is an error.",
        "Add the template, or correct the name.",
        None,
    ),
    Rule(
        "handler-mistake",
        "warning",
        "The page is not what the code seems to say.",
        "Correct the line as the message says.",
        None,
    ),
    Rule(
        "hidden-route",
        "warning",
        "Its address is answered by another one, or with 404 Not Found.",
        "Move it above the other one.",
        None,
    ),
    Rule(
        "error-response",
        "error",
        "Every visitor of `/` gets this error too.",
        "Correct this line.",
        None,
    ),
    Rule(
        "wsgi-violation",
        "error",
        "A server may answer this request incorrectly or with an error.",
        "Follow the rules of WSGI (PEP 3333), or use a framework, which does.",
        None,
    ),
    Rule(
        "scheme",
        "warning",
        "PythonAnywhere passes requests on to your app with http or https; the app "
        "has to answer both.",
        "Let the app answer http and https alike.",
        "ForcingHTTPS",
    ),
    Rule(
        "status",
        "note",
        "It is not an error of the app, but is perhaps not what you expect.",
        "Check the address, or ask for another path.",
        None,
    ),
    Rule(
        "html-as-text",
        "warning",
        "Browsers show its tags, and not the page.",
        "Send it with the Content-Type `text/html`; in a handler that pa-new has made, "
        "call `self.write_html(...)` or `self.render(...)` instead of `self.write(...)`.",
        None,
    ),
    Rule(
        "html-from-text",
        "warning",
        "What a visitor sends becomes part of the page, and can run there as a script.",
        'Write `{{name}}` into the HTML, and pass the value: `self.write_html("<p>{{name}}'
        '</p>", name=name)`.',
        None,
    ),
    Rule(
        "page-mistake",
        "warning",
        "The page does not do what its template seems to say.",
        "Correct the line of the template.",
        None,
    ),
    Rule(
        "placeholder",
        "error",
        "Your account has no such name or folder.",
        "Replace it with the name of your own account.",
        "NoSuchFileOrDirectory",
    ),
    Rule(
        "secret-in-source",
        "warning",
        "Everyone who can read the code knows the secret.",
        "Read it from the environment: `os.environ[...]`, set from a `.env` file.",
        "EnvironmentVariables",
    ),
    Rule(
        "debug-on",
        "warning",
        "Visitors who cause an error see parts of your code and settings.",
        "Set it to False on PythonAnywhere.",
        None,
    ),
    Rule(
        "open-route",
        "warning",
        "Everyone who knows the address can start it.",
        "Check the signature of the request first: compare the header "
        "X-Hub-Signature-256 with `hmac.compare_digest`.",
        None,
    ),
    Rule(
        "pool-recycle",
        "warning",
        "PythonAnywhere's MySQL server closes a connection after 300 seconds without "
        "a query; the next request that uses it is an error.",
        "Set `pool_recycle=280` for the engine.",
        "ManagingDatabaseConnections",
    ),
    Rule(
        "thread-in-request",
        "warning",
        "PythonAnywhere does not support threads in web apps, and may end its workers "
        "at any time: the work may stop at any time, or run once in each worker.",
        "Do the work in a scheduled task or in an always-on task.",
        "AsyncInWebApps",
    ),
    Rule(
        "asgi-lifespan",
        "note",
        "The app answers, but this adapter never runs `lifespan`, so the app can have "
        "none. A request takes longer than with an adapter without such a thread.",
        "Take an adapter that runs `lifespan`, and needs no thread.",
        "ASGICommandLine",
    ),
    Rule(
        "websocket",
        "warning",
        "PythonAnywhere's web apps use WSGI, which does not support WebSockets: the "
        "connection is refused.",
        "Let the page ask the server every few seconds, or deploy an ASGI site (`pa "
        "website create`).",
        "FlaskSocketIO",
    ),
    Rule(
        "push",
        "warning",
        "A worker answers one request at a time, for at most five minutes: each "
        "visitor that waits keeps one worker busy.",
        "Let the page ask the server every few seconds.",
        "AsyncInWebApps",
    ),
)
