// The scheduled job that updates a project, against a stand-in for the service: git over HTTP and its API.

import Foundation
import TestSupport
import Testing

/// A pull request or merge request, as `forge.py` keeps it.
private struct MergeRequest: Codable, Equatable {
    var number: Int
    var state: String
    var merged_at: String?
    /// Whether it comes from somebody else's fork.
    var fork: Bool
    var head: String
    var base: String
    var title: String
    var body: String
}

/// A project on a service, and what happens to it.
private struct Hosted {
    let service: Service
    let project: URL
    let scratch: URL
    let python: URL
    /// What the service knows besides.
    var forbids = false

    static let token = "glpat-secret"
    static let branch = "pa-new-update"

    private var state: URL { scratch.appending(path: "requests.json") }

    /// The file with the job.
    var job: URL {
        let path = service == .github ? ".github/workflows/update.yml" : Service.gitlab.path
        return project.appending(path: path)
    }

    init(_ service: Service, template: String? = nil, below scratch: URL) async throws {
        let interpreter = try #require(interpreters.last)
        self.service = service
        self.scratch = scratch
        python = try await toolbox()
        project = try await makeProject(
            ["--ci", service.rawValue, "--ci-updates", "--python", interpreter.version]
                + (template.map { ["--template", $0] } ?? []),
            below: scratch
        )
        try await git(["init", "-q", "-b", "main"])
        try await commit("Begin")
    }

    @discardableResult
    func git(
        _ words: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let user = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
        let finished = try await run("git", user + words, in: project)
        try #require(finished.exitCode == 0, "\(finished)", sourceLocation: sourceLocation)
        return finished.stdout.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func commit(_ message: String) async throws {
        try await git(["add", "-A"])
        try await git(["commit", "-q", "-m", message])
    }

    /// Makes a line of a generated file another one, as if the project's pa-new had written that.
    func age(_ path: String, _ line: String, _ older: String) throws {
        for (place, quotes) in [(path, false), (".pa-new.base.json", true)] {
            let file = project.appending(path: place)
            let text = try String(contentsOf: file, encoding: .utf8)
            func encoded(_ line: String) -> String {
                quotes ? line.replacing("\"", with: "\\\"") : line
            }
            try #require(text.contains(encoded(line)), "\(place)")
            try Data(text.replacing(encoded(line), with: encoded(older)).utf8).write(to: file)
        }
    }

    /// Makes the next update another one.
    func setUser(_ user: String, before: String) throws {
        let record = project.appending(path: ".pa-new.json")
        let text = try String(contentsOf: record, encoding: .utf8)
        let changed = text.replacing("\"\(before)\"", with: "\"\(user)\"")
            .replacing("\(before).pythonanywhere", with: "\(user).pythonanywhere")
        try #require(changed != text)
        try Data(changed.utf8).write(to: record)
    }

    func requests() throws -> [MergeRequest] {
        try JSONDecoder().decode([MergeRequest].self, from: Data(contentsOf: state))
    }

    func set(_ requests: [MergeRequest]) throws {
        try JSONEncoder().encode(requests).write(to: state)
    }

    /// Runs the scheduled job, with the built tool in the place of what pip would install.
    func runJob(testing: Bool = false, _ change: (String) -> String = { $0 }) async throws
        -> PipelineRun
    {
        let tools = Paths.tool.deletingLastPathComponent().path
        let install =
            "python -m pip install --requirement /dev/stdin <<<\"$PA_NEW"
            + "${PA_NEW_SHA256:+ --hash=sha256:$PA_NEW_SHA256}\""
        let instead =
            service == .github
            ? "echo \"\(tools)\" >>\"$GITHUB_PATH\"" : "PATH=\"\(tools):$PATH\""
        // What a run reads is a copy: the project's own file stays.
        let files = scratch.appending(path: "job")
        try? FileManager.default.removeItem(at: files)
        try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
        let paths =
            service == .github
            ? [".github/workflows/update.yml"] : [".gitlab-ci.yml", ".gitlab/update.yml"]
        for path in paths {
            let text = try String(contentsOf: project.appending(path: path), encoding: .utf8)
            var changed = change(text.replacing(install, with: instead))
            if !testing {
                changed = changed.replacing("python -W error -m unittest", with: "true")
                    .replacing("pa-new check --strict", with: "true")
            }
            try write([path: changed], below: files)
        }
        var request = PipelineRequest(
            service: service,
            file: files.appending(path: paths[0]).path,
            repository: project.path,
            root: scratch.appending(path: "runner").path
        )
        request.event = "schedule"
        request.include = files.path
        request.variables = ["PA_NEW": "installed"]
        request.scoped = [Self.branch: ["UPDATE_TOKEN": Self.token]]
        request.requests = state.path
        request.forbids = forbids
        if service == .gitlab {
            request.only = ["update", "update-test", "update-request"]
        }
        return try await PipelineRun(request, with: python)
    }

    /// How the jobs ended: to update, to test, to open a request.
    func results(_ ran: PipelineRun) -> [String] {
        let names =
            service == .github
            ? ["update", "test", "request"] : ["update", "update-test", "update-request"]
        return names.map { ran.results[$0]?.first ?? "none" }
    }

    func tip() async throws -> String { try await git(["rev-parse", Self.branch]) }
}

@Suite("The job that updates a project", .needs("jq"), .needs("curl"), .lane(.full))
struct UpdateJobTests {
    /// A project whose files are older than today's templates.
    private func aged(_ service: Service, below scratch: URL) async throws -> Hosted {
        let hosted = try await Hosted(service, below: scratch)
        try hosted.age("README.md", "## Start no server", "## Begin no server")
        if service == .github {
            try hosted.age(Service.github.path, "# The jobs can only read the code.", "# Old.")
        }
        try await hosted.commit("Age")
        return hosted
    }

    @Test("opens one request, and refreshes it", arguments: Service.allCases)
    fileprivate func oneRequest(service: Service) async throws {
        try await withTemporaryFolder { scratch in
            let hosted = try await Hosted(service, below: scratch)
            var ran = try await hosted.runJob()
            #expect(ran.unsupported == nil, "\(ran)")
            let idle =
                service == .github
                ? ["success", "skipped", "skipped"] : ["success", "success", "success"]
            #expect(hosted.results(ran) == idle, "\(ran)")
            #expect(try hosted.requests() == [])

            try hosted.age("README.md", "## Start no server", "## Begin no server")
            if service == .github {
                try hosted.age(Service.github.path, "# The jobs can only read the code.", "# Old.")
            }
            try await hosted.commit("Age")
            ran = try await hosted.runJob(testing: true)
            #expect(ran.unsupported == nil, "\(ran)")
            #expect(hosted.results(ran) == ["success", "success", "success"], "\(ran)")
            #expect(!ran.description.contains(Hosted.token))
            let opened = try #require(try hosted.requests().first, "\(ran)")
            #expect(opened.state == "open" && opened.head == Hosted.branch && opened.base == "main")
            #expect(opened.title.hasPrefix("Update to pa-new "))
            #expect(opened.body.contains("The tests and `pa-new check` [pass](http"), "\(opened)")
            #expect(
                opened.body.contains("\n- `.github/workflows/ci.yml`\n") == (service == .github)
            )
            let changed = try await hosted.git(["diff", "--name-only", "main", Hosted.branch])
            #expect(changed == ".pa-new.base.json\nREADME.md", "\(changed)")
            let tip = try await hosted.tip()

            // The same update: the same request. One of a fork does not count.
            var fork = opened
            (fork.number, fork.state, fork.fork) = (2, "closed", true)
            try hosted.set([opened, fork])
            ran = try await hosted.runJob()
            #expect(hosted.results(ran).last == "success", "\(ran)")
            let same = try hosted.requests()
            #expect(same.map(\.state) == ["open", "closed"] && same[1] == fork, "\(ran)")
            #expect(try await hosted.tip() == tip)

            // A newer one: the same request, refreshed; the tests fail this time.
            try hosted.setUser("bob", before: "alice")
            try write(["tests/test_more.py": "raise RuntimeError\n"], below: hosted.project)
            try await hosted.commit("Change")
            ran = try await hosted.runJob(testing: true)
            #expect(hosted.results(ran) == ["success", "failure", "success"], "\(ran)")
            let refreshed = try hosted.requests()
            #expect(
                refreshed.count == 2 && refreshed[0].number == 1 && refreshed[0].state == "open"
            )
            #expect(
                refreshed[0].body.contains("**The tests or `pa-new check` [fail](http"),
                "\(refreshed)"
            )
            #expect(refreshed[0].body.suffix(60) != opened.body.suffix(60))
            #expect(
                try await hosted.git(["show", "\(Hosted.branch):README.md"]).contains(
                    "bob.pythonanywhere.com"
                )
            )
        }
    }

    /// Commits files to the repository of a template, and returns the commit.
    private func commit(_ files: [String: String], to template: URL) async throws -> String {
        try write(files, below: template)
        let command = """
            [ -e .git ] || git init -q -b main
            git add -A && git -c user.name=Ann -c user.email=ann@example.org commit -q -m All
            git rev-parse HEAD
            """
        let finished = try await run("sh", ["-ec", command], in: template)
        try #require(finished.exitCode == 0, "\(finished)")
        return finished.stdout.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test(
        "names the commit of an own template, in the commit and in the request, with the notes",
        arguments: Service.allCases
    )
    fileprivate func template(service: Service) async throws {
        try await withTemporaryFolder { scratch in
            // The template has the very files of a framework's pipeline.
            let other = scratch.appending(path: "other")
            try FileManager.default.createDirectory(at: other, withIntermediateDirectories: false)
            let interpreter = try #require(interpreters.last)
            let options = [
                "--ci", service.rawValue, "--ci-updates", "--python", interpreter.version,
            ]
            let made = try await makeProject(options, below: other)
            var files = ["__page__.txt": "one\n"]
            for path in try filePaths(below: made) where path.hasPrefix(".git") {
                let file = made.appending(path: path)
                files[path] = try String(contentsOf: file, encoding: .utf8)
            }
            let rules =
                #""files": {"__page__.txt": {"when": "hasUser"}, "\#(service.path)": {"when": "#
                + #""ci=\#(service)"}, "\#(service.updatePath)": {"when": "ciUpdates"}}"#
            let question =
                #"{"questions": [{"key": "team", "default": "a"}, {"key": "b_c", "default": "x"}], "#
            files["manifest.json"] = question + rules + "}"
            files["team.txt.mustache"] = "{{team}} {{b_c}}\n"
            let template = scratch.appending(path: "service")
            let first = try await commit(files, to: template)
            let address = "git+file://\(template.path)"
            let hosted = try await Hosted(service, template: address, below: scratch)
            let newer = [
                "__page__.txt": "two\n", "team.txt.mustache": "{{team}}\n",
                "manifest.json": #"{"questions": [{"key": "team", "default": "a"}], "# + rules
                    + "}",
            ]
            let second = try await commit(newer, to: template)
            let ran = try await hosted.runJob()
            #expect(ran.unsupported == nil, "\(ran)")
            #expect(hosted.results(ran).last == "success", "\(ran)")
            let request = try #require(try hosted.requests().first, "\(ran)")
            let title = "Update to service \(second.prefix(10))"
            #expect(request.title == title)
            let moved = "has moved from commit \(first.prefix(10)) to \(second.prefix(10))."
            let body = request.body
            let start = "This brings the project up to date with service \(second.prefix(10)). "
            #expect(body.hasPrefix(start + "Your edits stay.\n\nThe template "), "\(body)")
            #expect(body.contains(moved + "\n\n") && body.contains("'b\\_c'"), "\(body)")
            let message = try await hosted.git(["log", "-1", "--format=%B", Hosted.branch])
            #expect(message.hasPrefix(title + "\n\nThe template "), "\(message)")
            #expect(message.contains(moved) && message.contains("'b_c'"), "\(message)")
        }
    }

    @Test(
        "opens no second request for an update that the user declined",
        arguments: Service.allCases
    )
    fileprivate func closed(service: Service) async throws {
        try await withTemporaryFolder { scratch in
            let hosted = try await aged(service, below: scratch)
            var ran = try await hosted.runJob()
            var requests = try hosted.requests()
            try #require(requests.count == 1, "\(ran)")
            requests[0].state = "closed"
            try hosted.set(requests)
            // With another state of the user's own files, and without the branch, it is the same update.
            try write(["notes.txt": "Mine.\n"], below: hosted.project)
            try await hosted.commit("Note")
            try await hosted.git(["branch", "-D", Hosted.branch])
            ran = try await hosted.runJob()
            #expect(hosted.results(ran).last == "success", "\(ran)")
            #expect(ran.description.contains(/You closed the (pull|merge) request .1/), "\(ran)")
            #expect(try hosted.requests() == requests)
            #expect(try await hosted.git(["branch", "--list", Hosted.branch]) == "")

            try hosted.setUser("bob", before: "alice")
            try await hosted.commit("Change")
            ran = try await hosted.runJob()
            #expect(try hosted.requests().map(\.state) == ["closed", "open"], "\(ran)")

            // What somebody else committed to the branch is theirs.
            try await hosted.git(["switch", "-q", Hosted.branch])
            try write(["more.txt": "Mine.\n"], below: hosted.project)
            try await hosted.commit("More")
            try await hosted.git(["switch", "-q", "main"])
            let tip = try await hosted.tip()
            try hosted.setUser("carol", before: "bob")
            try await hosted.commit("Change")
            ran = try await hosted.runJob()
            #expect(hosted.results(ran).last == "success", "\(ran)")
            #expect(ran.description.contains("Somebody else has committed to the branch"), "\(ran)")
            #expect(try await hosted.tip() == tip)
        }
    }

    @Test(
        "fails with the list of conflicts, and opens nothing",
        arguments: Service.allCases.inTurn(1)
    )
    fileprivate func conflict(service: Service) async throws {
        try await withTemporaryFolder { scratch in
            let hosted = try await aged(service, below: scratch)
            for path in ["README.md", "wsgi.py"] {
                if path == "wsgi.py" { try hosted.age(path, "from hello", "from  hello") }
                let file = hosted.project.appending(path: path)
                let text = try String(contentsOf: file, encoding: .utf8)
                let mine = text.replacing("## Begin no server", with: "## My server")
                    .replacing("from  hello", with: "from   hello")
                #expect(mine != text)
                try Data(mine.utf8).write(to: file)
            }
            try await hosted.commit("Edit")
            let ran = try await hosted.runJob()
            #expect(ran.unsupported == nil, "\(ran)")
            let rest = service == .github ? ["skipped", "skipped"] : ["skipped", "success"]
            #expect(hosted.results(ran) == ["failure"] + rest, "\(ran)")
            let list = "you and the template changed the same lines of 'README.md' and 'wsgi.py'"
            #expect(ran.description.contains(list), "\(ran)")
            #expect(ran.description.contains("Run 'pa-new update' on your computer"), "\(ran)")
            #expect(try hosted.requests() == [])
        }
    }

    @Test("says what GitHub refuses: a changed workflow, and a request that no workflow may open")
    func refused() async throws {
        try await withTemporaryFolder { scratch in
            var hosted = try await aged(.github, below: scratch)
            var ran = try await hosted.runJob {
                $0.replacing(" --exclude .github/workflows", with: "")
            }
            #expect(hosted.results(ran) == ["success", "success", "failure"], "\(ran)")
            #expect(ran.description.contains("without `workflows` permission"), "\(ran)")
            hosted.forbids = true
            ran = try await hosted.runJob()
            #expect(hosted.results(ran) == ["success", "success", "failure"], "\(ran)")
            #expect(ran.description.contains("not permitted to create"), "\(ran)")
            // Without the permission of the job, the token may not push.
            ran = try await hosted.runJob {
                $0.replacing("contents: write", with: "contents: read")
            }
            #expect(hosted.results(ran) == ["success", "success", "failure"], "\(ran)")
            #expect(try hosted.requests() == [])
        }
    }
}
