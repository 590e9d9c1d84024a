// The built tool in a Bash console on PythonAnywhere, as far as its environment makes one.
//
// Scripts/rehearse does what it prints there.

import Foundation
import TestSupport
import Testing

@testable import Scaffold

@Suite("In a console on PythonAnywhere")
struct ConsoleCommandTests {
    private static let console: [String: String?] = [
        "PYTHONANYWHERE_DOMAIN": "eu.pythonanywhere.com",
        "PYTHONANYWHERE_SITE": "eu.pythonanywhere.com",
        "HOME": "/home/alice", "USER": "alice",
    ]

    private func record(in project: URL) throws -> ProjectRecord {
        try ProjectRecord(Array(Data(contentsOf: project.appending(path: ".pa-new.json"))))
    }

    @Test("a new project has the account and the system, and its steps are those of the console")
    func create() async throws {
        try await withTemporaryFolder { folder in
            let made = try await runTool(["hello"], in: folder, environment: Self.console)
            #expect(made.exitCode == 0, "\(made)")
            let record = try record(in: folder.appending(path: "hello"))
            #expect(record.user == "alice")
            #expect(record.domain == "alice.eu.pythonanywhere.com")
            #expect(!made.stdout.contains("replace USER"), "\(made)")
            #expect(!made.stdout.contains("pa-new pack"), "\(made)")
            #expect(made.stdout.contains("      mv -T "), "\(made)")
            let copy = "cp /home/alice/hello/wsgi.py /var/www/alice_eu_pythonanywhere_com_wsgi.py"
            #expect(made.stdout.contains(copy), "\(made)")
        }
    }

    @Test("an update names the account in its steps, and leaves the answers as they are")
    func update() async throws {
        try await withTemporaryFolder { folder in
            _ = try await runTool(["hello", "-q"], in: folder)
            let words = ["update", "hello", "--set", "python=3.12"]
            let updated = try await runTool(words, in: folder, environment: Self.console)
            #expect(updated.exitCode == 0, "\(updated)")
            #expect(updated.stdout.contains("https://alice.eu.pythonanywhere.com/"), "\(updated)")
            #expect(!updated.stdout.contains("USER"), "\(updated)")
            #expect(!updated.stdout.contains("your computer"), "\(updated)")
            #expect(!updated.stdout.contains("pload"), "\(updated)")
            let record = try record(in: folder.appending(path: "hello"))
            #expect(record.user == nil && record.domain == nil)
            #expect(record.python == "3.12")
        }
    }

    @Test("adopt has the account, too, and no step that uploads")
    func adopt() async throws {
        let python = try #require(Interpreter.standard)
        try await withTemporaryFolder { folder in
            let app = "from flask import Flask\napp = Flask(__name__)\n"
            try write(["shop/app.py": app, "shop/requirements.txt": "flask\n"], below: folder)
            var environment = Self.console
            environment["XDG_CACHE_HOME"] = folder.appending(path: "cache").path
            let words = ["adopt", "shop", "--interpreter", python.path]
            let finished = try await runTool(words, in: folder, environment: environment)
            #expect(finished.exitCode == 0, "\(finished)")
            #expect(try record(in: folder.appending(path: "shop")).user == "alice")
            #expect(!finished.stdout.contains("pload"), "\(finished)")
            #expect(finished.stdout.contains("mkvirtualenv shop"), "\(finished)")
            #expect(finished.stdout.contains("cp /home/alice/shop/pythonanywhere_wsgi.py"))
        }
    }

    @Test("no account is asked for")
    func asks() async throws {
        try await withTemporaryFolder { folder in
            let finished = try await runOnTerminal(
                ["-f", "bottle"],
                answers: ["shop", "", ""],
                in: folder,
                environment: Self.console
            )
            #expect(finished.exitCode == 0, "\(finished)")
            #expect(!finished.stdout.contains("PythonAnywhere account"), "\(finished)")
            #expect(try record(in: folder.appending(path: "shop")).user == "alice")
        }
    }
}
