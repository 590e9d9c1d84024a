// A small catalogue of frameworks in two languages, for tests of what languages change.

@testable import Scaffold

/// Frameworks in two languages: `basic` in both, `flat` and `vast` in one each.
enum TwoLanguages {
    /// The manifests, by folder.
    private static let manifests = [
        "basic": #"{"title": "B", "summary": "SB", "greeting": "Hi", "default": true}"#,
        "basic-swift": """
        {"framework": "basic", "language": "swift", "title": "BS", "summary": "SBS",
         "greeting": "Hi", "modules": ["basics", "foundation"],
         "commands": ["./build.sh"], "uploads": ["lib{{module}}.so"]}
        """,
        "flat": #"{"title": "F", "summary": "SF", "greeting": "Hi", "modules": ["flat"]}"#,
        "vast": """
        {"language": "swift", "title": "V", "summary": "SV", "greeting": "Hi", "modules": ["vast"]}
        """,
    ]

    private static let files = [
        "wsgi.py.mustache": "# {{language}}\n", "static/hello.txt": "hello\n",
        "{{package}}/{{module}}.txt.mustache": "{{framework}} in {{language}}\n",
    ]

    /// Returns the catalogue.
    static func catalog() throws -> Catalog {
        try Catalog(
            files: manifests.flatMap { folder, manifest in
                files.merging(["manifest.json": manifest]) { $1 }.map { path, text in
                    TemplateFile(path: folder + "/" + path, contents: .text(text))
                }
            }
        )
    }
}
