// What the README and the pages in docs/ tell the reader to do: the tests run every command, and compare
// every listing with what was generated.
//
// The words after a code block's opening fence say what it is:
//
//     console computer    commands on the user's computer, with what they print
//     console host        commands in a Bash console of the host
//     sh                  commands that are shown and not run
//     … fails             the last command ends with another exit code than 0
//     json, python        an illustration, if nothing follows
//     python PATH         a listing of a generated file; swift PATH as well
//     json write PATH     a file that the reader writes, in whatever language
//     text uploads        files that the reader uploads without a console, each with its place
//     text answer         what the page answers once the steps before are done
//
// In printed output, a line of three dots stands for any lines.

import Foundation
import Scaffold
import TestSupport
import Testing

@testable import Scaffold

@Suite("The guide", .needs(.hostPython), .lane(.full))
struct GuideTests {
    private static let wrapperPackages = ["virtualenv==20.35.4", "virtualenvwrapper==6.1.1"]

    @Test("has a page for every framework, with its command and its greeting")
    func complete() {
        for framework in ProjectCase.frameworks {
            let options = (try? Catalog.embedded().options(for: framework)) ?? []
            let command = "$ pa-new hello \(options.joined(separator: " ")) --user"
            let pages = Chapter.walkthroughs.filter { chapter in
                let text = chapter.blocks.map(\.text).joined()
                return text.contains(command) && text.contains(framework.manifest.greeting)
            }
            let isOnePage = pages.count == 1
            #expect(isOnePage, "\(pages.map(\.page)) show \(framework.folder): \(command)")
        }
    }

    @Test("is one of many pages, and what they tell to type is found")
    func found() {
        let titles = Dictionary(grouping: Chapter.others, by: \.page).mapValues { $0.map(\.title) }
        #expect(titles["docs/ci.md"] == ["A project's own pipeline", "Updates by themselves"])
        #expect(titles["docs/templates.md"] == ["A worked example", "Dash", "The manifest"])
        #expect(titles["docs/update.md"]?.count == 2)
        for page in ["docs/check.md", "docs/create.md", "docs/deploy.md"] {
            #expect(titles[page] != nil, "\(page)")
        }
    }

    @Test("works as it is written", arguments: Chapter.walkthroughs + Chapter.others)
    func works(chapter: Chapter) async throws {
        let python = try #require(ProjectCase.interpreters.last, "\(Need.hostPython.reason)")
        let wrapper = try await PythonEnvironments.shared.python(
            python,
            with: Self.wrapperPackages
        )
        try await withTemporaryFolder { root in
            let desk = try Desk(below: root, python, wrapper: wrapper.deletingLastPathComponent())
            for block in chapter.blocks { try await follow(block, of: chapter.page, at: desk) }
        }
    }

    @Test(
        "and so does the README of every project, from its first command to the answer",
        arguments: try atLeastOne(ProjectCase.folders)
    )
    func generatedReadme(framework: String) async throws {
        let interpreter = try #require(ProjectCase.interpreters.last, "\(Need.hostPython.reason)")
        let wrapper = try await PythonEnvironments.shared.python(
            interpreter,
            with: Self.wrapperPackages
        )
        try await withTemporaryFolder { root in
            let desk = try Desk(
                below: root,
                interpreter,
                wrapper: wrapper.deletingLastPathComponent()
            )
            let catalog = try Catalog.embedded()
            let words =
                ["hello", "-q", "-u", "alice"]
                + (try catalog.options(for: catalog.framework(inFolder: framework)))
            #expect(try await runTool(words, in: desk.computer).exitCode == 0)
            let readme = desk.computer.appending(path: "hello/README.md")
            let blocks = try CodeBlock.all(of: readme)
            #expect(blocks.count >= 3)
            // The reader is in the project's folder, where the README is.
            var commands = ["cd hello"]
            for block in blocks {
                let steps = steps(of: block.text).map(\.command)
                let isUpload = steps.contains { $0.contains("pa-new pack") }
                let onHost = !isUpload && commands.isEmpty
                // The reader stays in one console, in which mkvirtualenv has activated the environment.
                let virtualenv = desk.home.appending(path: ".virtualenvs/hello").path
                let isActive = onHost && FileManager.default.fileExists(atPath: virtualenv)
                commands += (isActive ? ["workon hello"] : []) + steps
                let results = try await desk.run(commands, onHost: onHost)
                for (command, result) in zip(commands, results) {
                    #expect(result.exitCode == 0, "\(command)\n\(result.output)")
                }
                // What is tried on the computer ends with the upload.
                commands = []
                if isUpload {
                    try desk.upload()
                } else if !onHost {
                    commands = ["cd '\(desk.computer.path)/hello'"]
                }
            }
            try desk.upload(uploads(framework))
            let unpacked = try filePaths(below: desk.home.appending(path: "hello"))
            let isLean = unpacked.count < 60
            #expect(isLean, "\(unpacked.count) files were uploaded")
            try await expectAnswer(
                of: desk,
                ProjectCase.frameworks.first { $0.folder == framework }
            )
        }
    }

    @Test(
        "has a template for Dash that is clean on every Python, and whose pages a browser shows",
        .lane(.long),
        .needs("nginx"),
        .needs("chromium")
    )
    func dash() async throws {
        let chapter = try #require(Chapter.others.first { $0.title == "Dash" })
        let newest = try #require(ProjectCase.interpreters.last, "\(Need.hostPython.reason)")
        let tools = try await PythonEnvironments.shared.python(newest, with: LintTests.tools).path
        try await withTemporaryFolder { root in
            let desk = try Desk(below: root, newest, wrapper: root)
            for block in chapter.blocks { try await follow(block, of: chapter.page, at: desk) }
            let template = desk.computer.appending(path: "dash").path
            for interpreter in ProjectCase.interpreters {
                let folder = root.appending(path: interpreter.version)
                try FileManager.default.createDirectory(
                    at: folder,
                    withIntermediateDirectories: false
                )
                let words = ["--template", template, "--python", interpreter.version]
                let made = try await runTool(["hello", "-q", "-u", "alice"] + words, in: folder)
                try #require(made.exitCode == 0, "\(made)")
                let project = folder.appending(path: "hello")
                let list = project.appending(path: "requirements.txt")
                let python = try await PythonEnvironments.shared.python(interpreter, listedIn: list)
                let options = ["--strict", "--python-version", interpreter.version]
                let typed = try await runMypy(
                    tools,
                    options + ["--python-executable", python.path, "."],
                    in: project
                )
                #expect(typed.exitCode == 0, "\(typed)")
                for (program, words) in [
                    (python.path, ["-W", "error", "-m", "unittest"]),
                    (Paths.tool.path, ["check", "--strict", "--interpreter", python.path]),
                    (tools, ["-m", "ruff", "check", "--no-cache", "--isolated", "."]),
                    (tools, ["-m", "ruff", "format", "--no-cache", "--diff", "."]),
                ] {
                    let finished = try await run(program, words, in: project)
                    #expect(finished.exitCode == 0, "\(words): \(finished)")
                }
            }
            let rehearsal = [
                Paths.package.appending(path: "Scripts/rehearse").path,
                "--pa-new", Paths.tool.path, "--template", template,
                "--cache", Paths.cache.appending(path: "rehearsal").path,
            ]
            let finished = try await runInBackground(newest.path, rehearsal, seconds: 1200)
            #expect(finished.exitCode == 0, "\(finished)")
            #expect(finished.stdout.contains(" draws its graph again "), "\(finished)")
        }
    }

    /// What the steps of a project called hello have the reader upload file by file.
    private func uploads(_ folder: String) throws -> [(from: String, to: String)] {
        let catalog = try Catalog.embedded()
        var request = try catalog.request("hello", folder: folder)
        request.user = "alice"
        let project = try Project(ProjectConfiguration(request, catalog: catalog))
        let site = project.configuration.site
        guard !project.products.uploads.isEmpty else { return [] }
        return project.products.uploads.map { ("hello/\($0)", "\(site.sourceFolder)/\($0)") }
            + [("hello/wsgi.py", site.wsgiFile)]
    }

    /// Asks the host for the page.
    private func expectAnswer(of desk: Desk, _ framework: Framework?) async throws {
        let greeting = try #require(framework).manifest.greeting
        #expect(try await desk.answer() == greeting)
    }

    /// Does what one block says.
    private func follow(_ block: CodeBlock, of page: String, at desk: Desk) async throws {
        let place: Comment = "\(page):\(block.line)"
        switch (block.words.first, block.words.dropFirst().first) {
        case ("console", let where_?):
            if where_ == "host" { try desk.upload() }
            let steps = steps(of: block.text)
            #expect(!steps.isEmpty, place)
            let results = try await desk.run(steps.map(\.command), onHost: where_ == "host")
            try #require(results.count == steps.count, place)
            for (index, (step, result)) in zip(steps, results).enumerated() {
                let mayFail = block.words.contains("fails") && index == steps.count - 1
                #expect(
                    (result.exitCode != 0) == mayFail,
                    "\(place): \(step.command)\n\(result.output)"
                )
                let isRight =
                    matches(result.output, step.output) && !result.output.contains("Warning: ")
                #expect(isRight, "\(place): \(step.command) printed\n\(result.output)")
            }
        case (_, "write"):
            let file = desk.computer.appending(path: block.words[2])
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(block.text.utf8).write(to: file)
        case ("text", "uploads"):
            let files = block.text.split(separator: "\n")
                .map { $0.split(separator: " ", omittingEmptySubsequences: true).map(String.init) }
            try #require(files.allSatisfy { $0.count == 2 }, place)
            try desk.upload(files.map { ($0[0], $0[1]) })
        case ("python", let path?), ("swift", let path?):
            let file = desk.computer.appending(path: path)
            #expect(try String(contentsOf: file, encoding: .utf8) == block.text, place)
        case ("text", "answer"):
            #expect(try await desk.answer() + "\n" == block.text, place)
        case ("json", nil), ("python", nil), ("sh", nil):
            break  // An illustration, or what a test machine has no program for.
        default:
            Issue.record("\(place): nothing is known of '\(block.words.joined(separator: " "))'")
        }
    }

    /// Returns the commands of a block, each with what it prints.
    private func steps(of text: String) -> [(command: String, output: String)] {
        var steps: [(command: String, output: String)] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            if line.hasPrefix("$ ") {
                steps.append((String(line.dropFirst(2)), ""))
            } else if !steps.isEmpty {
                steps[steps.count - 1].output += line + "\n"
            }
        }
        return steps
    }

    /// Whether a command printed what the page says.
    private func matches(_ output: String, _ expected: String) -> Bool {
        var output = output.replacing("\r\n", with: "\n")
        if !output.isEmpty, !output.hasSuffix("\n") { output += "\n" }
        let pieces = ("\n" + expected).components(separatedBy: "\n...\n")
        guard pieces.count > 1 else { return output == expected }
        let text = "\n" + output
        guard text.hasPrefix(pieces[0]), let last = pieces.last else { return false }
        var rest = text.dropFirst(pieces[0].count)
        for piece in pieces.dropFirst().dropLast() {
            guard let found = rest.range(of: "\n" + piece + "\n") else { return false }
            rest = rest[rest.index(before: found.upperBound)...]
        }
        return last.isEmpty || rest.hasSuffix("\n" + last)
    }
}
