// The guide, the README and the page on templates, done: every command in it is run, every listing compared with what was generated.
//
// The words after a code block's opening fence say what it is:
//
//     console computer    commands on the user's computer, with what they print
//     console host        commands in a Bash console of the host
//     sh                  commands that are shown and not run
//     … fails             the last command ends with another exit code than 0
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

/// A code block of a Markdown text.
private struct CodeBlock: Sendable {
    let words: [String]
    let text: String
    let line: Int
}

/// A part of the guide under a heading of the second level.
private struct Chapter: Sendable, CustomTestStringConvertible {
    let title: String
    let blocks: [CodeBlock]

    var testDescription: String { title }

    static let guide = chapters(of: Places.package.appending(path: "docs/guide.md"))

    /// The worked example of docs/templates.md.
    static let templates = chapters(of: Places.package.appending(path: "docs/templates.md"))
        .filter { !$0.blocks.isEmpty }

    /// What docs/ci.md does by hand; its pipelines are run by PipelineTests.
    static let ci = chapters(of: Places.package.appending(path: "docs/ci.md"))
        .filter { $0.blocks.contains { $0.words.first == "console" } }
        .map { chapter in
            Chapter(
                title: chapter.title,
                blocks: chapter.blocks.filter { $0.words.first == "console" }
            )
        }

    /// The README's chapters that have commands for the installed tool.
    static let readme = chapters(of: Places.package.appending(path: "README.md"))
        .filter { $0.blocks.contains { $0.words.first == "console" } }

    static func chapters(of file: URL) -> [Chapter] {
        var chapters: [Chapter] = []
        var title = ""
        var blocks: [CodeBlock] = []
        var open: (words: [String], indent: Int, lines: [Substring], number: Int)?
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let indent = line.prefix { $0 == " " }.count
            let isFence = line.dropFirst(indent).hasPrefix("```")
            if let block = open {
                if isFence {
                    let text = block.lines.map { $0 + "\n" }.joined()
                    blocks.append(CodeBlock(words: block.words, text: text, line: block.number))
                    open = nil
                } else {
                    open?.lines.append(line.dropFirst(min(indent, block.indent)))
                }
            } else if isFence {
                let words = line.dropFirst(indent + 3).split(separator: " ").map(String.init)
                open = (words, indent, [], index + 1)
            } else if line.hasPrefix("## ") {
                if !title.isEmpty { chapters.append(Chapter(title: title, blocks: blocks)) }
                title = String(line.dropFirst(3))
                blocks = []
            }
        }
        if !title.isEmpty { chapters.append(Chapter(title: title, blocks: blocks)) }
        return chapters
    }
}

/// The reader's computer and the host, in a temporary folder.
private struct Desk {
    let computer: URL
    let home: URL
    let www: URL
    let bin: URL
    let interpreter: Interpreter
    /// Where virtualenvwrapper is installed, as it is on the host.
    let wrapper: URL

    init(below root: URL, _ interpreter: Interpreter, wrapper: URL) throws {
        computer = root.appending(path: "computer")
        home = root.appending(path: "home/alice")
        www = root.appending(path: "var/www")
        bin = root.appending(path: "bin")
        self.interpreter = interpreter
        self.wrapper = wrapper
        let manager = FileManager.default
        for folder in [computer, home, www, bin] {
            try manager.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        let programs = ["pa-new": Places.tool.path, "python3": interpreter.path]
        for (name, path) in programs.merging(
            ["python3.13": interpreter.path],
            uniquingKeysWith: { $1 }
        ) {
            try manager.createSymbolicLink(
                atPath: bin.appending(path: name).path,
                withDestinationPath: path
            )
        }
    }

    /// Runs the commands of a block in one shell, and returns for each what it printed.
    func run(
        _ commands: [String],
        onHost: Bool
    ) throws -> [(output: String, exitCode: Int)] {
        let state = computer.deletingLastPathComponent().appending(path: "folder-\(onHost)")
        let start =
            (try? String(contentsOf: state, encoding: .utf8)) ?? (onHost ? home : computer).path
        var script = "cd '\(start)' || exit 1\n"
        if onHost {
            script += "source '\(wrapper.path)/virtualenvwrapper.sh' >/dev/null 2>&1\n"
            // A machine without the program has Python's in its place.
            script +=
                "type unzip >/dev/null 2>&1 || unzip() { python3 -m zipfile -e \"${!#}\" .; }\n"
        }
        script += "exec 2>&1\n"
        for command in commands { script += "\(onThisMachine(command))\nprintf '\\036%s\\n' $?\n" }
        script += "printf %s \"$PWD\" >'\(state.path)'\n"
        let path = bin.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
        let finished = try TestSupport.run(
            "bash",
            ["-c", script],
            environment: [
                "HOME": onHost ? home.path : computer.path, "PATH": path,
                "WORKON_HOME": home.appending(path: ".virtualenvs").path,
                "VIRTUALENVWRAPPER_PYTHON": wrapper.appending(path: "python").path,
                "VIRTUALENVWRAPPER_VIRTUALENV": wrapper.appending(path: "virtualenv").path,
                "PIP_DISABLE_PIP_VERSION_CHECK": "1", "VIRTUAL_ENV": nil,
                "PIP_CACHE_DIR": Places.cache.appending(path: "pip").path,
            ]
        )
        try #require(finished.exitCode == 0, "\(finished)")
        return finished.stdout.split(separator: "\u{1E}", omittingEmptySubsequences: false)
            .reduce(into: [(String, Int)]()) { results, piece in
                // Each piece but the first starts with the exit code of the command before it.
                if !results.isEmpty {
                    let code = piece.prefix { $0 != "\n" }
                    results[results.count - 1].1 = Int(code) ?? -1
                    results.append((String(piece.dropFirst(code.count + 1)), 0))
                } else {
                    results.append((String(piece), 0))
                }
            }.dropLast()
    }

    /// Uploads what was packed, unless nothing was packed since.
    func upload() throws {
        let archive = computer.appending(path: "hello.zip")
        let uploaded = home.appending(path: "hello.zip")
        let manager = FileManager.default
        guard manager.fileExists(atPath: archive.path),
            !manager.fileExists(atPath: uploaded.path)
        else { return }
        try manager.copyItem(at: archive, to: uploaded)
    }

    /// Uploads files without a console.
    ///
    /// - Parameter files: Paths on the computer, each with the path on the host.
    /// - Throws: Where a file is not there.
    func upload(_ files: [(from: String, to: String)]) throws {
        let manager = FileManager.default
        for (from, to) in files {
            let place = URL(
                filePath: onThisMachine(to).replacing("/var/www", with: www.path)
            )
            try manager.createDirectory(
                at: place.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try? manager.removeItem(at: place)
            try manager.copyItem(at: computer.appending(path: from), to: place)
        }
    }

    /// What the host answers to `GET /`, from the virtualenv if there is one.
    func answer() throws -> String {
        let virtual = home.appending(path: ".virtualenvs/hello/bin/python")
        let hasVirtual = FileManager.default.fileExists(atPath: virtual.path)
        let python = hasVirtual ? virtual : URL(filePath: interpreter.path)
        let entry = www.appending(path: "alice_pythonanywhere_com_wsgi.py")
        let loaded = try decoded(load(entry, with: python, ["GET", "/"], home: home, in: www))
        return loaded.answers.first?.body ?? ""
    }

    /// The host's paths, moved to where they are in this test.
    private func onThisMachine(_ text: String) -> String {
        text.replacing("/home/alice", with: home.path)
            .replacing(
                "cp \(home.path)/hello/wsgi.py /var/www",
                with: "cp \(home.path)/hello/wsgi.py \(www.path)"
            )
    }
}

@Suite("The guide", .enabled(if: hasPython, "\(needsPython)"))
struct GuideTests {
    private static let wrapperPackages = ["virtualenv==20.35.4", "virtualenvwrapper==6.1.1"]

    @Test("has a chapter for every framework, and a listing or command in each")
    func complete() {
        #expect(Chapter.guide.count >= 7)
        #expect(Chapter.readme.count == 1)
        #expect(Chapter.ci.map(\.title) == ["A project's own pipeline"])
        #expect(Chapter.templates.map(\.title) == ["A worked example"])
        let text = Chapter.guide.flatMap(\.blocks).map(\.text).joined()
        for framework in ProjectCase.frameworks {
            let options = (try? Catalog.embedded().options(for: framework)) ?? []
            let command = "$ pa-new hello \(options.joined(separator: " ")) "
            let isThere = text.contains(command) && text.contains(framework.manifest.greeting)
            #expect(isThere, "docs/guide.md lacks a chapter on \(framework.folder): \(command)")
        }
    }

    @Test(
        "leads to files and headings that are there, and so do the other pages",
        arguments: [
            "CONTRIBUTING.md", "README.md", "docs/architecture.md", "docs/guide.md",
            "docs/ci.md", "docs/templates.md",
        ]
    )
    func links(page: String) throws {
        let file = Places.package.appending(path: page)
        var count = 0
        for (line, text) in try prose(of: file) {
            for link in text.matches(of: /\]\(([^)#]*)#?([^)]*)\)/) {
                let (path, heading) = (String(link.1), String(link.2))
                guard !path.contains("://") else { continue }
                count += 1
                let folder = file.deletingLastPathComponent()
                let target = path.isEmpty ? file : folder.appending(path: path).standardized
                let isThere = FileManager.default.fileExists(atPath: target.path)
                #expect(isThere, "\(page):\(line) links to \(path), which is not there")
                guard isThere, !heading.isEmpty else { continue }
                let anchors = try prose(of: target).filter { $0.text.hasPrefix("#") }
                    .map { anchor(of: $0.text) }
                #expect(anchors.contains(heading), "\(page):\(line): no #\(heading)")
            }
        }
        #expect(count > 0 || page == "docs/architecture.md")
    }

    /// Returns the lines of a page that are in no code block, with their numbers.
    private func prose(of file: URL) throws -> [(line: Int, text: String)] {
        var isCode = false
        return try String(contentsOf: file, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .compactMap { index, line in
                let isFence = line.drop { $0 == " " }.hasPrefix("```")
                if isFence { isCode.toggle() }
                return isCode || isFence ? nil : (index + 1, String(line))
            }
    }

    /// Returns by what a heading is linked to, as GitHub makes it.
    private func anchor(of heading: String) -> String {
        heading.drop { $0 == "#" || $0 == " " }.lowercased()
            .filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
            .replacing(" ", with: "-")
    }

    @Test(
        "works as it is written",
        arguments: Chapter.guide + Chapter.readme + Chapter.templates + Chapter.ci
    )
    fileprivate func works(chapter: Chapter) async throws {
        let python = try #require(ProjectCase.interpreters.last, "\(needsPython)")
        let wrapper = try await PythonEnvironments.shared.python(
            python,
            with: Self.wrapperPackages
        )
        try withTemporaryFolder { root in
            let desk = try Desk(below: root, python, wrapper: wrapper.deletingLastPathComponent())
            for block in chapter.blocks { try follow(block, at: desk) }
        }
    }

    @Test(
        "and so does the README of every project, from its first command to the answer",
        arguments: ProjectCase.folders
    )
    func generatedReadme(framework: String) async throws {
        let interpreter = try #require(ProjectCase.interpreters.last, "\(needsPython)")
        let wrapper = try await PythonEnvironments.shared.python(
            interpreter,
            with: Self.wrapperPackages
        )
        try withTemporaryFolder { root in
            let desk = try Desk(
                below: root,
                interpreter,
                wrapper: wrapper.deletingLastPathComponent()
            )
            let catalog = try Catalog.embedded()
            let words =
                ["hello", "-q", "-u", "alice"]
                + (try catalog.options(for: catalog.framework(inFolder: framework)))
            #expect(try runTool(words, in: desk.computer).exitCode == 0)
            let readme = desk.computer.appending(path: "hello/README.md")
            let blocks = Chapter.chapters(of: readme).flatMap(\.blocks)
            #expect(blocks.count >= 3)
            // The reader is in the project's folder, where the README is.
            var commands = ["cd hello"]
            for block in blocks {
                let steps = steps(of: block.text).map(\.command)
                let isUpload = steps.contains { $0.contains("zipfile") }
                let onHost = !isUpload && commands.isEmpty
                commands += steps
                let results = try desk.run(commands, onHost: onHost)
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
            try expectAnswer(of: desk, ProjectCase.frameworks.first { $0.folder == framework })
        }
    }

    /// What the steps of a project called hello have the reader upload file by file.
    private func uploads(_ folder: String) throws -> [(from: String, to: String)] {
        let catalog = try Catalog.embedded()
        var request = try catalog.request("hello", folder: folder)
        request.user = "alice"
        let answers = try ProjectConfiguration(request, catalog: catalog)
        guard !answers.uploads.isEmpty else { return [] }
        return answers.uploads.map { ("hello/\($0)", "\(answers.site.sourceFolder)/\($0)") }
            + [("hello/wsgi.py", answers.site.wsgiFile)]
    }

    /// Asks the host for the page.
    private func expectAnswer(of desk: Desk, _ framework: Framework?) throws {
        let greeting = try #require(framework).manifest.greeting
        #expect(try desk.answer() == greeting)
    }

    /// Does what one block says.
    private func follow(_ block: CodeBlock, at desk: Desk) throws {
        let place: Comment = "docs/guide.md:\(block.line)"
        switch (block.words.first, block.words.dropFirst().first) {
        case ("console", let where_?):
            if where_ == "host" { try desk.upload() }
            let steps = steps(of: block.text)
            #expect(!steps.isEmpty, place)
            let results = try desk.run(steps.map(\.command), onHost: where_ == "host")
            try #require(results.count == steps.count, place)
            for (index, (step, result)) in zip(steps, results).enumerated() {
                let mayFail = block.words.contains("fails") && index == steps.count - 1
                #expect(
                    (result.exitCode != 0) == mayFail,
                    "\(place): \(step.command)\n\(result.output)"
                )
                #expect(
                    matches(result.output, step.output),
                    "\(place): \(step.command) printed\n\(result.output)"
                )
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
            #expect(try desk.answer() + "\n" == block.text, place)
        case ("python", nil), ("sh", nil):
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

    /// Whether a command printed what the guide says.
    private func matches(_ output: String, _ expected: String) -> Bool {
        var output = output.replacing("\r\n", with: "\n")
        if !output.isEmpty, !output.hasSuffix("\n") { output += "\n" }
        let pieces = ("\n" + expected).components(separatedBy: "\n...\n")
        guard pieces.count > 1 else { return output == expected }
        let text = "\n" + output
        guard text.hasPrefix(pieces[0]) else { return false }
        return pieces.count == 2 && (pieces[1].isEmpty || text.hasSuffix("\n" + pieces[1]))
    }
}
