// Examples of what keeps an app from being adopted: what messages.txt shows.

@testable import Scaffold

extension Samples {
    /// The error of adopting.
    static let ofAdopting: [ScaffoldError] = [.cannotAdopt("shop", .made(with: "flask"))]

    /// What keeps an app from being adopted.
    static func adopting() -> [Samples] {
        [
            Samples(
                of: AdoptProblem.self,
                [
                    .made(with: "flask"), .record(.unreadable(reason: "it is damaged")),
                    .conflicts(["pythonanywhere_wsgi.py"], entry: "pythonanywhere_wsgi.py"),
                    .conflicts(["pa_env.py"], entry: "pythonanywhere_wsgi.py"),
                    .conflicts(
                        ["pa_env.py", "pythonanywhere_wsgi.py"],
                        entry: "pythonanywhere_wsgi.py"
                    ),
                    .choice([
                        ("app.py:3 makes the Flask app `app`", "--app app:app"),
                        ("api.py:9 makes the FastAPI app `api`", "--app api:api"),
                    ]),
                    .refused(
                        Diagnostic(
                            "PythonAnywhere's web apps cannot run Streamlit",
                            reason: "it has a server of its own",
                            hint: "see the help page Streamlit"
                        )
                    ),
                    .badEntry("my-app.py"), .badEntry("wsgi/app.py"), .badStatic("/a/", .noFolder),
                ]
            ) { words(ScaffoldError.cannotAdopt("shop", $0).diagnostic) },
            Samples(
                of: ProjectStaticFolder.Problem.self,
                [
                    .url(.wholeSite), .noFolder, .wholeProject, .path(.leaves), .path(.tooLong),
                    .hidden, .twice,
                ]
            ) { words(ScaffoldError.cannotAdopt("shop", .badStatic("/a/=x", $0)).diagnostic) },
        ]
    }
}
